export { inheritedEnvironment } from './config.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { startRedisCluster, type RedisClusterOptions, type RedisClusterServer } from './redis/redis-cluster.js';
export { canStartRedis, type RedisProcess } from './redis/redis-process.js';
export { startRedisSentinels, type RedisSentinels, type RedisSentinelsOptions } from './redis/redis-sentinels.js';
export { type RedisOptions, type RedisServer, startRedis } from './redis/redis-server.js';
export {
  launchProcess,
  type ProcessExit,
  type ProcessOptions,
  type ReadySignal,
  type RunningProcess,
} from './launch-process.js';
