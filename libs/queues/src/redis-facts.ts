import { parseRedisUrl } from '@signalbox/config';
import { QUEUE_NAMES } from '@signalbox/contracts';
import { explainRedisError, openRedis, type RedisConnection } from '@signalbox/redis';
import { Redis } from 'ioredis';
import { epochKey } from './queue-keys.js';
import { assertWhole } from './redis-whole.js';

/** What an operator has to know of the Redis that jobs are in. */
export interface RedisFacts {
  readonly kind: 'one' | 'sentinel' | 'cluster';
  /** One, or each master of a cluster that answers. */
  readonly servers: readonly RedisServerFacts[];
  /** Why a cluster does not take all keys; undefined: it does. */
  readonly notWhole: string | undefined;
  /** How many queues there are, and which of them nobody has begun. */
  readonly epochs: number;
  readonly epochsMissing: readonly string[];
}

/** Of one server that takes writes. */
export interface RedisServerFacts {
  /** `host:port`, or the name that Sentinels have for it. */
  readonly server: string;
  readonly version: string;
  /** Undefined where CONFIG is forbidden. */
  readonly maxmemoryPolicy: string | undefined;
  readonly aofEnabled: boolean;
  readonly appendfsync: string | undefined;
  readonly saveFailed: boolean;
  readonly aofFailed: boolean;
  /** That follow it now. */
  readonly replicas: number;
}

const PATIENCE_MS = 5_000;

/** Looks at a Redis over a connection of its own; reads only. Rejects when it does not answer, and says why and what to do. */
export async function readRedisFacts({
  redisUrl,
  prefix,
}: {
  readonly redisUrl: string;
  readonly prefix: string;
}): Promise<RedisFacts> {
  const { kind } = parseRedisUrl(redisUrl);
  const redis = openRedis(redisUrl, {
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retry: () => null,
  });
  let trouble: Error | undefined;
  // What a command rejects with says less.
  redis.on('error', (error: Error) => (trouble ??= error));
  try {
    await redis.ping();
    const masters = redis instanceof Redis ? [redis] : redis.nodes('master');
    const epochs = await Promise.all(
      QUEUE_NAMES.map((queue) => hasEpoch(redis, epochKey(prefix, queue, kind === 'cluster'))),
    );
    return {
      kind,
      servers: await readServers(masters),
      notWhole: await assertWhole(redis).then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      ),
      epochs: QUEUE_NAMES.length,
      epochsMissing: QUEUE_NAMES.filter((_queue, at) => !epochs[at]),
    };
  } catch (error) {
    throw await explainRedisError(redisUrl, trouble ?? (error as Error));
  } finally {
    redis.disconnect();
  }
}

/** Where a cluster is not whole, that of some queues cannot be known: whoever asks is told of the hole instead. */
async function hasEpoch(redis: RedisConnection, key: string): Promise<boolean> {
  const asked = redis.exists(key);
  return redis instanceof Redis ? (await asked) > 0 : asked.then((found) => found > 0).catch(() => true);
}

/** Those that answer. @throws what the first said, when none does. */
async function readServers(masters: readonly Redis[]): Promise<RedisServerFacts[]> {
  const asked = await Promise.allSettled(masters.map(readServer));
  const answers = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (answers.length === 0) throw asked.find((each) => each.status === 'rejected')?.reason;
  return answers;
}

async function readServer(redis: Redis): Promise<RedisServerFacts> {
  const info = await redis.info();
  const of = (name: string): string | undefined => new RegExp(`^${name}:(.*)\\r?$`, 'm').exec(info)?.[1]?.trim();
  return {
    server: redis.options.name ?? `${redis.options.host}:${redis.options.port}`,
    version: of('redis_version') ?? 'unknown',
    maxmemoryPolicy: of('maxmemory_policy'),
    aofEnabled: of('aof_enabled') === '1',
    appendfsync: await configured(redis, 'appendfsync'),
    saveFailed: of('rdb_last_bgsave_status') === 'err',
    aofFailed: of('aof_last_write_status') === 'err' || of('aof_last_bgrewrite_status') === 'err',
    replicas: Number(of('connected_slaves') ?? 0),
  };
}

/** Managed services forbid CONFIG. */
async function configured(redis: Redis, name: string): Promise<string | undefined> {
  const answer = await redis.config('GET', name).catch(() => undefined);
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
}
