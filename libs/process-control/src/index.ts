export { inheritedEnvironment } from './config.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { type RedisClusterServer, startRedisCluster } from './redis/redis-cluster.js';
export { canStartRedis, type RedisProcess } from './redis/redis-process.js';
export { startRedisSentinels } from './redis/redis-sentinels.js';
export { type RedisOptions, type RedisServer, startRedis } from './redis/redis-server.js';
export {
  launchProcess,
  type ProcessExit,
  type ProcessOptions,
  type ReadySignal,
  type RunningProcess,
} from './launch-process.js';
