import { join } from 'node:path';
import { setTimeout as lasting } from 'node:timers/promises';
import { startRedis } from '@signalbox/process-control';
import { portOf } from '../system/proxies.ts';
import type { System } from '../system/system.ts';

/** SIGKILL; what it had on disk may be lost too. It is away for `ms` and then back on the same port. */
export async function loseRedis(system: System, loses: boolean, ms: number): Promise<void> {
  const { redis } = system;
  if (!redis) return;
  await redis.kill();
  if (loses) await redis.lose();
  await lasting(ms);
  await redis.start();
}

let copies = 0;

/** All connections break and lead to an empty Redis from now on, as after a failover to a copy that lagged behind. */
export async function replaceRedis(system: System): Promise<void> {
  const { redis: before, options } = system;
  if (!before) return;
  copies += 1;
  const fresh = await startRedis({ directory: join(options.folder, `redis-copy-${copies}`), durable: true });
  if (!fresh) return;
  for (const { redis: proxy } of Object.values(system.proxies)) {
    if (!proxy) continue;
    proxy.target = portOf(fresh.url);
    proxy.resetAll();
  }
  system.redis = fresh;
  await before.kill();
}
