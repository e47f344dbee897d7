export { HEAP_BOUNDS } from './heap-bounds.js';
export { ConfigError, parseEnvironment } from './parse-environment.js';
export {
  drainSeconds,
  flag,
  logLevel,
  optionalUrl,
  portNumber,
  queuePrefix,
  redisUrl,
  rolesOf,
  stopSeconds,
  traceShare,
} from './variables.js';
