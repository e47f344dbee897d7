import type { PostgresServer } from '@signalbox/embedded-postgres';
import type { RedisServer } from '@signalbox/process-control';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import type { PushName } from '../schedule/fault.ts';
import { randomFrom } from '../schedule/random.ts';

const PUSH = ['api', 'worker-1', 'worker-2'] as const satisfies readonly PushName[];

/** What stands between one push process and its servers. */
export interface ProxyPair {
  readonly postgres: FaultProxy;
  readonly redis?: FaultProxy;
}

export type Proxies = Readonly<Record<PushName, ProxyPair>>;

/** A proxy of its own for every process and server, so that one connection can break and the others hold. */
export async function openProxies(
  postgres: PostgresServer,
  redis: RedisServer | undefined,
  seed: number,
): Promise<Proxies> {
  const random = randomFrom(seed);
  const pairs = PUSH.map(async (name) => {
    const toPostgres = await FaultProxy.open(postgres.port, random);
    const toRedis = redis && (await FaultProxy.open(portOf(redis.url), random));
    return [name, { postgres: toPostgres, ...(toRedis && { redis: toRedis }) }] as const;
  });
  return Object.fromEntries(await Promise.all(pairs)) as Record<PushName, ProxyPair>;
}

export function closeProxies(proxies: Proxies): void {
  for (const pair of Object.values(proxies)) {
    pair.postgres.close();
    pair.redis?.close();
  }
}

export function portOf(url: string): number {
  return Number(new URL(url).port);
}
