export { inheritedEnvironment } from './config.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { canStartRedis, type RedisOptions, type RedisServer, startRedis } from './redis-server.js';
export {
  launchProcess,
  type ProcessExit,
  type ProcessOptions,
  type ReadySignal,
  type RunningProcess,
} from './launch-process.js';
