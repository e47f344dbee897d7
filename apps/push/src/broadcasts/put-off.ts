import type { Database, Sql } from '@signalbox/database';
import type { Lease, LeasedWork, Offer, Publisher, WorkEnd } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { planItems } from '../route/plan-items.js';
import type { RoutePlan } from '../route/plan-route.js';
import { writePlan } from '../route/route-devices.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { type BroadcastRow, lockBroadcast, writeBroadcast } from './broadcast-row.js';
import { KEEP_REST, ROWS_IN_LINE } from './broadcast.queries.js';
import { type Paced, paidUntil } from './pacing.js';
import { pacedOf, type Turn, turnOf } from './turn.js';

export interface PutOffDependencies {
  readonly database: Database;
  readonly publisher: Publisher;
}

/** A row of a paused broadcast is looked at again after this long; resuming makes it due at once. */
const PAUSED_MS = 60_000;

/** Nothing was handed out for so long: what comes due now begins slowly, as after every break. */
const BREAK_MS = 60_000;

/** A row takes no less than this when others wait behind it. */
const LEAST_ROW_MS = 100;
/** A turn takes no more than a second allows, however slow the pace and however many phones are left in a row. */
const MOST_ROW_MS = 1_000;
/** Rows that wait for their turn come so many times as often as there are turns, so that hardly any turn is missed. */
const COME_OFTEN = 4;

/** Whether a row has phones that a broadcast put off: it names phones, and its root is the notification itself. */
export function isPutOff({ rootId, items: [first] }: LeasedWork<RouteItem>): boolean {
  return first?.v !== undefined && first.n === rootId;
}

/** What one transaction came to. */
type Portion =
  | { readonly portion: 'lost' }
  | { readonly portion: 'wait'; readonly ms: number; readonly reason: string }
  | { readonly portion: 'went'; readonly plan: RoutePlan; readonly offers: readonly Offer[]; readonly left: number };

/**
 * Routes phones whose time has come, as fast as their broadcast may be and not while it is paused: portion by portion, and what is left
 * waits in its row for its turn.
 */
export async function handOutPutOff(
  work: LeasedWork<RouteItem>,
  lease: Lease,
  { database, publisher }: PutOffDependencies,
): Promise<WorkEnd> {
  const summary = { routed: 0, refused: 0, delayed: 0 };
  for (;;) {
    const end = await atCrashPoint('route.commit', () =>
      database.transaction((tx) => takePortion(tx, work, Date.now())),
    );
    if (end.portion === 'lost') return { end: 'lost' };
    if (end.portion === 'wait') return { end: 'release', delay: end.ms, reason: end.reason, held: true };
    await publisher.publish(end.offers, 'route.publish');
    const { children, refusals, delays } = end.plan;
    summary.routed += children.reduce((sum, child) => sum + child.items.length, 0);
    summary.refused += refusals.length;
    summary.delayed += delays.length;
    if (end.left === 0) return { end: 'settled', summary };
    if (!lease.mayBegin()) return { end: 'release', delay: 0, reason: 'the lease runs out' };
  }
}

/** The broadcast is locked before its row of phones: steps and cancellations lock in this order. */
async function takePortion(tx: Sql, work: LeasedWork<RouteItem>, now: number): Promise<Portion> {
  const row = (await lockBroadcast(tx, work.rootId))!;
  const items = await pushWork.lock<RouteItem>(tx, work);
  if (items === undefined) return { portion: 'lost' };
  if (row.state === 'paused') {
    // Under the broadcast's lock: whoever resumes it comes after this, and finds the row to be hurried.
    await pushWork.release(tx, work, PAUSED_MS, { held: true });
    return { portion: 'lost' };
  }
  const paced = sinceBreak(pacedOf(row), now);
  const turn = await turnOf(tx, atTheirMinute(row), paced, now);
  if ('waitUntil' in turn) {
    const ms = turn.waitUntil - now + (await spread(tx, row, items.length));
    return { portion: 'wait', ms, reason: turn.why };
  }
  const [taken, rest] = [items.slice(0, turn.take), items.slice(turn.take)];
  const { plan } = await atCrashPoint('route.load', () => planItems(tx, work.rootId, taken, now));
  const offers = await writePlan(tx, work.rootId, plan, now);
  if (rest.length === 0) await pushWork.remove(tx, work);
  else await tx.query(KEEP_REST, [work.id, JSON.stringify(rest)]);
  await pay(tx, row, paced, turn, taken.length, now);
  return { portion: 'went', plan, offers, left: rest.length };
}

/** Their own time, or the end of their quiet hours, is the minute that was asked for, though everybody else sends then, too. */
function atTheirMinute({ id, appId, pacing }: BroadcastRow): Pick<BroadcastRow, 'id' | 'appId' | 'pacing'> {
  return { id, appId, pacing: { ...pacing, avoidQuarterHours: false } };
}

function sinceBreak({ from, until }: Paced, now: number): Paced {
  return { from: now - until > BREAK_MS ? now : from, until };
}

async function pay(
  tx: Sql,
  row: BroadcastRow,
  paced: Paced,
  { eachMs }: Extract<Turn, { readonly take: number }>,
  taken: number,
  now: number,
): Promise<void> {
  const isAfterBreak = paced.from !== row.pacedFrom!.getTime();
  await writeBroadcast(tx, row, {
    ...(isAfterBreak && { pacedFrom: new Date(paced.from), pacedTaken: row.taken }),
    pacedUntil: new Date(paidUntil(paced, now, eachMs, taken)),
  });
}

/** Thousands of rows may come due together: if all of them came again for the next turn, they would do nothing but come. */
async function spread(tx: Sql, { id, pacing }: BroadcastRow, phones: number): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(ROWS_IN_LINE, [id]);
  const rowMs = Math.min(MOST_ROW_MS, Math.max(LEAST_ROW_MS, (phones * 1_000) / pacing.maxPerSecond));
  return (Math.random() * Math.max(0, rows[0]!.n - 1) * rowMs) / COME_OFTEN;
}
