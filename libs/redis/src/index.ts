export { openRedis, redisOptions, type RedisConnection, type RedisManners } from './open-redis.js';
export { explainRedisError, reachRedis } from './reach-redis.js';
export { RUN_OF_SERVER } from './run-of-server.js';
