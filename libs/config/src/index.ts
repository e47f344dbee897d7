export { HEAP_BOUNDS } from './heap-bounds.js';
export { ConfigError, parseEnvironment } from './parse-environment.js';
export { requestLimits } from './request-limits.js';
export { parseRedisUrl, type RedisAddress, type RedisHost, type RedisTls } from './redis-address.js';
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
