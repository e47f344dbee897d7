export { ConfigError, parseEnvironment } from './parse-environment.js';
export { booleanFlag, logLevel, optionalUrl, portNumber } from './variables.js';
