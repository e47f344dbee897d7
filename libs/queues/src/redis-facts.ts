import { QUEUE_NAMES } from '@signalbox/contracts';
import { Redis } from 'ioredis';

/** What an operator has to know of the Redis that jobs are in. */
export interface RedisFacts {
  readonly version: string;
  /** Undefined where CONFIG is forbidden. */
  readonly maxmemoryPolicy: string | undefined;
  readonly aofEnabled: boolean;
  readonly appendfsync: string | undefined;
  readonly saveFailed: boolean;
  readonly aofFailed: boolean;
  /** How many queues there are, and which of them nobody has begun. */
  readonly epochs: number;
  readonly epochsMissing: readonly string[];
}

const PATIENCE_MS = 5_000;

/** Looks at a Redis over a connection of its own; reads only. Rejects when it does not answer. */
export async function readRedisFacts({
  redisUrl,
  prefix,
}: {
  readonly redisUrl: string;
  readonly prefix: string;
}): Promise<RedisFacts> {
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Whoever asks is told by the rejection.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const info = await redis.info();
    const of = (name: string): string | undefined => new RegExp(`^${name}:(.*)\\r?$`, 'm').exec(info)?.[1]?.trim();
    const epochs = await redis.mget(QUEUE_NAMES.map((queue) => epochKey(prefix, queue)));
    return {
      version: of('redis_version') ?? 'unknown',
      maxmemoryPolicy: of('maxmemory_policy'),
      aofEnabled: of('aof_enabled') === '1',
      appendfsync: await configured(redis, 'appendfsync'),
      saveFailed: of('rdb_last_bgsave_status') === 'err',
      aofFailed: of('aof_last_write_status') === 'err' || of('aof_last_bgrewrite_status') === 'err',
      epochs: QUEUE_NAMES.length,
      epochsMissing: QUEUE_NAMES.filter((_queue, at) => epochs[at] == null),
    };
  } finally {
    redis.disconnect();
  }
}

/** The key beside a queue's jobs that lives and dies with them. */
export function epochKey(prefix: string, queue: string): string {
  return `${prefix}:${queue}:signalbox-epoch`;
}

/** Managed services forbid CONFIG. */
async function configured(redis: Redis, name: string): Promise<string | undefined> {
  const answer = await redis.config('GET', name).catch(() => undefined);
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
}
