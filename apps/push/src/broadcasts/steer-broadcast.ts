import { QUEUES, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer, Publisher } from '@signalbox/queues';
import { countAudience, FIRST_ID } from '../audiences/walk-audience.js';
import { DROP_EMPTY_WORK, DROP_ITEMS } from '../notify/cancel.queries.js';
import { pushWork } from '../work/push-work.js';
import { type BroadcastRow, lockBroadcast, writeBroadcast } from './broadcast-row.js';
import { BROADCAST, COUNT_UNTRIED, DROP_STEPS, HURRY_PUT_OFF, LOCK_PUT_OFF } from './broadcast.queries.js';
import { factOf } from './broadcast-step.js';
import { stepWork } from './broadcast.handler.js';
import { stopped } from './rate.js';

/** `no`: it is in a state in which that cannot be; undefined: this app has no such broadcast. */
export type Steered = { readonly end: 'done' | 'no'; readonly row: BroadcastRow } | undefined;

/** No further step, and nobody who was put off. What was handed out before is sent: at most forty work rows, and those that wait for a hold to end. */
export function pauseBroadcast(database: Database, appId: Uuid, id: Uuid): Promise<Steered> {
  return steer(database, appId, id, async (tx, row) => {
    if (row.state !== 'scheduled' && row.state !== 'running' && row.state !== 'draining') return undefined;
    await append(tx, [factOf(row, 'broadcast.paused', { devices: row.taken })]);
    const counted = stopped(row, Date.now());
    return writeBroadcast(tx, row, { state: 'paused', counted, waitsFor: null, waitsUntil: null });
  });
}

/** Goes on where it was, slowly at first. One whose time has not come waits for it again. */
export async function resumeBroadcast(
  database: Database,
  publisher: Publisher,
  appId: Uuid,
  id: Uuid,
): Promise<Steered> {
  let offers: Offer[] = [];
  const steered = await steer(database, appId, id, async (tx, row) => {
    if (row.state !== 'paused') return undefined;
    const now = Date.now();
    const began = row.startedAt !== null;
    offers = await pushWork.enqueue(tx, [stepWork(id, appId, began ? now : row.startsAt.getTime())]);
    await append(tx, [factOf(row, 'broadcast.resumed', { devices: row.taken })]);
    await tx.query(HURRY_PUT_OFF, [id]);
    const { pausedFor: _reason, ...counted } = row.counted;
    const state = row.handedAt !== null ? 'draining' : began ? 'running' : 'scheduled';
    const clock = { pacedFrom: new Date(now), pacedUntil: new Date(now), pacedTaken: row.taken };
    return writeBroadcast(tx, row, { state, counted, ...(began && clock) });
  });
  void publisher.publish(offers, 'broadcast.publish');
  return steered;
}

/**
 * Nobody whom it has not reached yet gets it: neither those who were not looked at, nor those who were put off. What waits for a
 * provider is refused when its turn comes.
 */
export function cancelBroadcast(database: Database, appId: Uuid, id: Uuid): Promise<Steered> {
  return steer(database, appId, id, async (tx, row) => {
    if (row.state === 'completed' || row.state === 'cancelled') return undefined;
    const left = await leftOf(tx, row);
    const dropped = await dropPutOff(tx, id);
    const cancelled = left === null ? null : left + dropped;
    await append(tx, [factOf(row, 'broadcast.cancelled', { devices: cancelled })]);
    return writeBroadcast(tx, row, {
      state: 'cancelled',
      endedAt: new Date(),
      counted: { ...stopped(row, Date.now()), cancelled, dropped },
      waitsFor: null,
      waitsUntil: null,
    });
  });
}

/** How many phones it has not looked at; null: nobody knows. */
async function leftOf(tx: Sql, { appId, audience, cursor, lastId, total, taken, handedAt }: BroadcastRow) {
  if (handedAt !== null) return 0;
  if (total !== null) return Math.max(0, total - taken);
  return lastId === null ? null : countAudience(tx, appId, audience, { after: cursor ?? FIRST_ID, last: lastId });
}

/** Items that were tried before stay: they have a delivery, which ends as refused. @returns how many were dropped. */
async function dropPutOff(tx: Sql, id: Uuid): Promise<number> {
  const { rows } = await tx.query<{ id: Uuid }>(LOCK_PUT_OFF, [id]);
  if (rows.length === 0) return 0;
  const works = rows.map((row) => row.id);
  const { rows: counted } = await tx.query<{ n: number }>(COUNT_UNTRIED, [works]);
  await tx.query(DROP_ITEMS, [works, id]);
  await tx.query(DROP_EMPTY_WORK, [works]);
  return counted[0]!.n;
}

/** Its steps are ended before it is locked, as a step takes both: the one under way is waited for. */
function steer(
  database: Database,
  appId: Uuid,
  id: Uuid,
  change: (tx: Sql, row: BroadcastRow) => Promise<BroadcastRow | undefined>,
): Promise<Steered> {
  return database
    .transaction(async (tx): Promise<Steered> => {
      if ((await tx.query(BROADCAST, [id, appId])).rowCount === 0) return undefined;
      await tx.query(DROP_STEPS, [id, QUEUES.broadcastBulk]);
      const row = (await lockBroadcast(tx, id))!;
      const changed = await change(tx, row);
      if (changed === undefined) throw new Untouched({ end: 'no', row });
      return { end: 'done', row: changed };
    })
    .catch((error: unknown) => {
      if (error instanceof Untouched) return error.steered;
      throw error;
    });
}

/** Rolls back what was only done to look. */
class Untouched extends Error {
  override readonly name = 'Untouched';

  constructor(readonly steered: Steered) {
    super();
  }
}
