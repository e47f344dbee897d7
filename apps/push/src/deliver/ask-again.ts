import { newUuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { LeasedWork, Publisher } from '@signalbox/queues';
import { inRows } from '../route/in-rows.js';
import type { RouteItem, SendItem } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { handOver } from './hand-over.js';
import type { LoadedItem } from './load-batch.js';

/**
 * Whether an item waited past the moment until which its verdict holds: for a hold to end, or for its next attempt. It is night
 * now, perhaps.
 */
export function mustAskAgain({ w }: SendItem, now?: number): boolean {
  return w !== undefined && w <= (now ?? Date.now());
}

/**
 * Hands items whose verdict holds no more back to routing, which judges them anew: neither an attempt nor an outcome. What will not
 * be tried anyway stays.
 *
 * @returns what is left of the row, or `lost` when somebody else has it.
 */
export async function askAgain(
  database: Database,
  publisher: Publisher,
  work: LeasedWork<SendItem>,
  loaded: readonly LoadedItem[],
): Promise<readonly LoadedItem[] | 'lost'> {
  const now = Date.now();
  const again = loaded.filter(({ item, message }) => 'content' in message && mustAskAgain(item, now));
  if (again.length === 0) return loaded;
  const rest = loaded.filter((each) => !again.includes(each));
  const routes = inRows(again.map(({ item }) => routeItem(item))).map((items) => {
    return { id: newUuid(), rootId: work.rootId, queue: routeQueueOf(work.lane), lane: work.lane, items };
  });
  const stay = rest.map(({ item }) => item.d);
  return (await handOver(database, publisher, work, stay, routes, 'route.publish')) ? rest : 'lost';
}

function routeItem({ n, v, a, u, p, c }: SendItem): RouteItem {
  return { n, v, a, ...(u !== undefined && { u }), ...(p && { p }), ...(c !== undefined && { c }) };
}
