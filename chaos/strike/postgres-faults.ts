import { setTimeout as lasting } from 'node:timers/promises';
import { openDatabase } from '@signalbox/database';
import type { System } from '../system/system.ts';
import { dropPartition } from './partition.queries.ts';

const DAY_MS = 24 * 3_600_000;

/** Drops tomorrow's partitions, which are empty: whatever carries tomorrow's date goes to the DEFAULT partition. */
export async function forgetTomorrow(url: string): Promise<void> {
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const database = openDatabase({ url, name: 'chaos', maxConnections: 1, onIdleError: () => undefined });
  try {
    for (const parent of ['event_log', 'delivery'] as const) {
      // Once rows of tomorrow were moved into it, it is no longer empty and stays.
      await database.query(dropPartition(parent, tomorrow)).catch(() => undefined);
    }
  } finally {
    await database.close();
  }
}

/** Not a byte of room for `ms`. A Postgres that cannot write its log may end; then it is started again, as by systemd. */
export async function fillDisk(system: System, ms: number): Promise<void> {
  const { disk, postgres } = system;
  if (!disk) return;
  const runsOn = Symbol('runs on');
  await disk.fill();
  await lasting(ms);
  await disk.free();
  if ((await Promise.race([postgres.exited, Promise.resolve(runsOn)])) !== runsOn) await postgres.start();
}
