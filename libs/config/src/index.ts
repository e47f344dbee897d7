export { HEAP_BOUNDS } from './heap-bounds.js';
export { ConfigError, parseEnvironment } from './parse-environment.js';
export { requestLimits } from './request-limits.js';
export { flag, logLevel, optionalUrl, portNumber, queuePrefix, redisUrl, rolesOf, traceShare } from './variables.js';
export { parseRedisUrl, type RedisAddress, type RedisHost, type RedisTls } from './redis-address.js';
