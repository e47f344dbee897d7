export { ConfigError, parseEnvironment } from './parse-environment.js';
export { logLevel, optionalUrl, portNumber } from './variables.js';
