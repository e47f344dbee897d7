import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { MAX_ITEMS, type NewWork, type Offer } from '@signalbox/queues';
import type { Delay } from '../route/delays.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import type { BroadcastRow, DelayRow } from './broadcast-row.js';
import { ADD_ITEMS } from './broadcast.queries.js';

/** Of so many times the last row is remembered; what belongs to another gets a row of its own. */
const REMEMBERED = 128;

/** With more times than that the ends of quiet hours are taken together: users choose theirs by the minute. */
const MOST_TIMES = 64;
const TOGETHER_MS = 15 * 60_000;

/**
 * Keeps phones that are put off in work rows that come due with them. Each portion has a few of every time zone: those of one time
 * are added to one row until it is full, or a million phones would lie in rows of a dozen. Where there are very many times, the ends of
 * quiet hours are put off to the next quarter of an hour; what is for a time of the user's own never is.
 *
 * @returns what is to be published, and which rows have room now.
 */
export async function keepDelays(
  tx: Sql,
  { id: rootId, delays: open }: BroadcastRow,
  delays: readonly Delay[],
  now: number,
): Promise<{ readonly offers: Offer[]; readonly open: Readonly<Record<string, DelayRow>> }> {
  const rows = new Map(Object.entries(open));
  const fresh: NewWork[] = [];
  const times = new Set([...rows.keys(), ...delays.map(({ verdict }) => String(verdict.until))]);
  const timeOf = times.size > MOST_TIMES ? together : ({ verdict }: Delay) => verdict.until;
  for (const [until, group] of Map.groupBy(delays, timeOf)) {
    const items = group.map(({ item }) => item);
    const key = String(until);
    const rest = await fillUp(tx, rows, key, items);
    const { lane } = group[0]!.notification.payload;
    for (let from = 0; from < rest.length; from += MAX_ITEMS) {
      const portion = rest.slice(from, from + MAX_ITEMS);
      const work = { id: newUuid(), rootId, queue: routeQueueOf(lane), lane, items: portion };
      fresh.push({ ...work, delay: Math.max(0, until - now) });
      remember(rows, key, { id: work.id, n: portion.length });
    }
  }
  return { offers: await pushWork.enqueue(tx, fresh), open: Object.fromEntries(rows) };
}

/** Never earlier than the policy says, and not so late that it has expired. */
function together({ verdict: { until, reason }, notification: { payload } }: Delay): number {
  // What is for a time on the user's own clock ends on that, earlier than the notification as a whole.
  if (reason !== 'quiet_hours' || typeof payload.sendAt === 'object') return until;
  const later = Math.ceil(until / TOGETHER_MS) * TOGETHER_MS;
  return later < Date.parse(payload.expiresAt) ? later : until;
}

/** @returns the items that the open row of this time has no room for. */
async function fillUp(
  tx: Sql,
  rows: Map<string, DelayRow>,
  key: string,
  items: readonly RouteItem[],
): Promise<readonly RouteItem[]> {
  const row = rows.get(key);
  if (row === undefined) return items;
  const fitting = items.slice(0, MAX_ITEMS - row.n);
  if (fitting.length === 0) return items;
  const { rowCount } = await tx.query(ADD_ITEMS, [row.id satisfies Uuid, JSON.stringify(fitting)]);
  rows.delete(key);
  if (rowCount === 0) return items;
  remember(rows, key, { id: row.id, n: row.n + fitting.length });
  return items.slice(fitting.length);
}

/** Forgotten is what nobody is put off to once there are too many times; then what comes due first. */
function remember(rows: Map<string, DelayRow>, key: string, row: DelayRow): void {
  rows.delete(key);
  rows.set(key, row);
  if (rows.size <= REMEMBERED) return;
  const times = [...rows.keys()].sort();
  rows.delete(times.find((time) => Number(time) % TOGETHER_MS !== 0) ?? times[0]!);
}
