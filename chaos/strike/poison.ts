import { setTimeout as lasting } from 'node:timers/promises';
import { openDatabase } from '@signalbox/database';
import { POISON_USER, tokenOf } from '../product/product.ts';
import { CONDEMNED } from './lease.queries.ts';
import { control } from './provider-faults.ts';
import type { Scene } from './scene.ts';

const KEY = 'poison';
const KILLS_ENOUGH_FOR_ANYBODY = 12;

/**
 * Sends one message whose sending kills the workers: whenever the provider sees it, both are killed before it answers. It is
 * to be given up after some deaths, and must not take the rest of the work with it.
 */
export async function poison(scene: Scene, ms: number): Promise<void> {
  const { system } = scene;
  const token = tokenOf(POISON_USER);
  await control(system, 'PUT', `tokens/${token}`, { outcome: { hang: true } });
  await acceptOne(scene);
  const end = performance.now() + ms;
  let seen = 0;
  for (let kills = 0; performance.now() < end && kills < KILLS_ENOUGH_FOR_ANYBODY;) {
    if (await isGivenUp(scene)) return;
    const requests = await arrivalsOf(scene, token);
    if (requests === seen) {
      await lasting(100);
      continue;
    }
    seen = requests;
    kills += 1;
    const workers = [system.services['worker-1'], system.services['worker-2']];
    await Promise.all(workers.map((worker) => worker.kill()));
    await Promise.all(workers.map((worker) => worker.up()));
  }
  if (system.options.product === 'signalbox' && !(await isGivenUp(scene)))
    scene.find('the poison item was never given up');
}

async function acceptOne({ door, log }: Scene): Promise<void> {
  const line = { key: KEY, user: `user-${POISON_USER}` };
  for (;;) {
    await log.keep([{ at: Date.now(), key: KEY, event: 'sent', user: line.user }]);
    const [answer] = await door([line]);
    if (answer?.is !== 'accepted') continue;
    await log.keep([{ at: Date.now(), key: KEY, event: 'accepted', id: answer.id }]);
    return;
  }
}

async function arrivalsOf({ system }: Scene, token: string): Promise<number> {
  const response = await fetch(`${system.urls.control}/v1/apns/requests?token=${token}&limit=1000`);
  return ((await response.json()) as { requests: unknown[] }).requests.length;
}

async function isGivenUp({ system }: Scene): Promise<boolean> {
  if (system.options.product !== 'signalbox') return false;
  const url = system.postgres.url();
  const database = openDatabase({ url, name: 'chaos', maxConnections: 1, onIdleError: () => undefined });
  try {
    return (await database.query(CONDEMNED)).rowCount > 0;
  } finally {
    await database.close();
  }
}
