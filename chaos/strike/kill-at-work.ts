import { setTimeout as lasting } from 'node:timers/promises';
import { openDatabase, type Database } from '@signalbox/database';
import type { Fault } from '../schedule/fault.ts';
import type { System } from '../system/system.ts';
import { LEASED, LEASES_OF } from './lease.queries.ts';
import { slowDown, soothe } from './provider-faults.ts';
import type { Restart } from './restart.ts';
import type { Scene } from './scene.ts';

interface Leased {
  readonly id: string;
  readonly token: string;
  readonly until: Date;
}

const LOOK_EVERY_MS = 100;
const LONGEST_MS = 60_000;

/**
 * Slows the provider down for `ms`, so that the worker has work in hand, kills it, and measures how long its work lies
 * until somebody else has it. The leases of the dead are those that are neither renewed nor ended by their holders.
 */
export async function killAtWork(
  fault: Extract<Fault, { kind: 'kill-at-work' }>,
  { system, onRestart }: Scene,
): Promise<void> {
  const service = system.services[fault.service];
  await slowDown(system, fault.ms * 2);
  await lasting(fault.ms);
  await service.kill();
  const killedAt = performance.now();
  const measured =
    system.options.product === 'signalbox' ? measure(system, killedAt).then(onRestart, () => undefined) : undefined;
  await soothe(system);
  await service.up();
  await measured;
}

/** Restarts that a crash of the database or of Redis overlapped are told apart: their time is not the worker's alone. */
async function measure(system: System, killedAt: number): Promise<Restart> {
  const { journal } = system.options;
  const before = journal.entries.length;
  const database = openDatabase({
    url: system.postgres.url(),
    name: 'chaos',
    maxConnections: 1,
    // Postgres may be struck meanwhile, and a look that hangs would measure itself.
    statementTimeout: 1_000,
    onIdleError: () => undefined,
  });
  try {
    const slowestMs = await untilTakenOver(database, killedAt);
    const since = journal.entries.slice(before).filter(({ what }) => /postgres|redis|disk|network|pause/.test(what));
    return { ...slowestMs, undisturbed: since.length === 0 };
  } finally {
    await database.close();
  }
}

async function untilTakenOver(database: Database, killedAt: number): Promise<{ rows: number; slowestMs: number }> {
  const orphans = new Map((await database.query<Leased>(LEASED)).rows.map((row) => [row.id, row]));
  let rows = 0;
  let slowestMs = 0;
  while (orphans.size > 0 && performance.now() - killedAt < LONGEST_MS) {
    await lasting(LOOK_EVERY_MS);
    const seen = await database.query<Leased>(LEASES_OF, [[...orphans.keys()]]).catch(() => undefined);
    if (!seen) continue;
    const now = new Map(seen.rows.map((row) => [row.id, row]));
    for (const [id, orphan] of orphans) {
      const current = now.get(id);
      if (current?.token === orphan.token && current.until.getTime() === orphan.until.getTime()) continue;
      orphans.delete(id);
      // Its holder lives: it renewed the lease.
      if (current?.token === orphan.token) continue;
      rows += 1;
      slowestMs = Math.max(slowestMs, performance.now() - killedAt);
    }
  }
  return { rows: rows + orphans.size, slowestMs: Math.round(orphans.size > 0 ? LONGEST_MS : slowestMs) };
}
