export { type Browser, type BrowserContext, type BrowserPage, describeInChromium, startChromium } from './chromium.js';
export {
  canStartRedis,
  eventually,
  inheritedEnvironment,
  type EventuallyOptions,
  type ProcessExit,
  type ProcessOptions,
  type ReadySignal,
  type RedisClusterServer,
  type RedisOptions,
  type RedisProcess,
  type RedisServer,
  type RunningProcess,
  startRedis,
  startRedisCluster,
  startRedisSentinels,
} from '@signalbox/process-control';
export { countBeats } from './counting/beats.js';
export { dumpRedis } from './dump-redis.js';
export { followRedis, type RedisCommand, type RedisFollower } from './counting/redis-commands.js';
export { followRows, type RowChange } from './counting/row-changes.js';
export { type CountedStatement, countStatements, type StatementCounter } from './counting/statements.js';
export { insertApp, insertAppWithKey } from './insert-app.js';
export { queueBackends, type QueueBackendUnderTest } from './queue-backends.js';
export { startProcess } from './start-process.js';
export { startSandbox, type TestSandbox } from './start-sandbox.js';
export { startTokenIssuer, type TestIssuer, type TestPhone, type UserClaims } from './start-token-issuer.js';
export { useOwnRedis } from './use-own-redis.js';
export { type TestPostgres, usePostgres } from './use-postgres.js';
export { type TestRedis, useRedis } from './use-redis.js';
export {
  type ReceivedPost,
  type ReceiverAnswer,
  startWebhookReceiver,
  type WebhookReceiver,
} from './webhook-receiver.js';
export { sizeOfTest } from './config.js';
