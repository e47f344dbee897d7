export { eventually, type EventuallyOptions } from './eventually.js';
export { queueBackends, type QueueBackendUnderTest } from './queue-backends.js';
export { canStartRedis, type RedisOptions, type RedisServer, startRedis } from './redis-server.js';
export {
  type ProcessExit,
  type ProcessOptions,
  type ReadySignal,
  type RunningProcess,
  startProcess,
} from './start-process.js';
export { type TestPostgres, usePostgres } from './use-postgres.js';
export { type TestRedis, useRedis } from './use-redis.js';
