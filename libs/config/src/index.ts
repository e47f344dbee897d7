export { ConfigError, parseEnvironment } from './parse-environment.js';
export { flag, logLevel, optionalUrl, portNumber, queuePrefix, redisUrl } from './variables.js';
