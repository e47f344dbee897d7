import { randomUUID } from 'node:crypto';
import { RUN_OF_SERVER, type RedisConnection } from '@signalbox/redis';
import { Redis } from 'ioredis';
import { epochKey } from './queue-keys.js';

/** Of each queue, see QueueBackend. */
export interface RedisEpochs {
  read(queue: string): Promise<string | undefined>;
  begin(queue: string): Promise<string>;
}

/**
 * What a server wrote down last may be gone when it starts again, or when another takes its place; and so are its answers that were on
 * their way, each of which may have been somebody's job. So an epoch names the run of the server, too.
 */
export function redisEpochs(redis: RedisConnection, prefix: string): RedisEpochs {
  return redis instanceof Redis ? epochsOfOne(redis, prefix) : epochsOfCluster(redis, prefix);
}

/** Another run is another connection, also where Sentinels name another master. */
function epochsOfOne(redis: Redis, prefix: string): RedisEpochs {
  let run: string | undefined;
  redis.on('close', () => (run = undefined));
  const runOf = async (): Promise<string> =>
    (run ??= /run_id:(\w+)/.exec(await redis.info('server'))?.[1] ?? 'unknown');
  const keyOf = (queue: string): string => epochKey(prefix, queue, false);
  return {
    async read(queue) {
      const [begun, server] = await Promise.all([redis.get(keyOf(queue)), runOf()]);
      return begun === null ? undefined : `${begun} ${server}`;
    },
    async begin(queue) {
      const fresh = randomUUID();
      await redis.set(keyOf(queue), fresh, 'NX');
      return `${(await redis.get(keyOf(queue))) ?? fresh} ${await runOf()}`;
    },
  };
}

/** Asked where the queue is, at once with its key: slots move from master to master without a word. */
const WITH_RUN = `${RUN_OF_SERVER}
  if ARGV[1] then redis.call('SET', KEYS[1], ARGV[1], 'NX') end
  return { redis.call('GET', KEYS[1]), run }`;

function epochsOfCluster(redis: RedisConnection, prefix: string): RedisEpochs {
  const ask = async (queue: string, ...fresh: string[]): Promise<string | undefined> => {
    const answer = await redis.eval(WITH_RUN, 1, epochKey(prefix, queue, true), ...fresh);
    const [begun, server] = answer as [string | null, string];
    return begun === null ? undefined : `${begun} ${server}`;
  };
  return {
    read: (queue) => ask(queue),
    begin: async (queue) => (await ask(queue, randomUUID()))!,
  };
}
