import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { MAX_ITEMS, type NewWork, type Offer } from '@signalbox/queues';
import type { Delay } from '../route/delays.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import type { BroadcastRow, DelayRow } from './broadcast-row.js';
import { ADD_ITEMS } from './broadcast.queries.js';

/** Of so many times the last row is remembered; what belongs to another gets a row of its own. */
const REMEMBERED = 64;

/**
 * Keeps phones that are put off in work rows that come due with them. Each portion has a few of every time zone: those of one time
 * are added to one row until it is full, or a million phones would lie in rows of a dozen.
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
  for (const [until, group] of Map.groupBy(delays, ({ verdict }) => verdict.until)) {
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

/** What comes due first is forgotten first. */
function remember(rows: Map<string, DelayRow>, key: string, row: DelayRow): void {
  rows.delete(key);
  rows.set(key, row);
  if (rows.size > REMEMBERED) rows.delete([...rows.keys()].sort()[0]!);
}
