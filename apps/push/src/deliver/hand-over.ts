import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { LeasedWork, NewWork, Publisher } from '@signalbox/queues';
import { pushWork, type SendItem } from '../work/push-work.js';
import { KEEP_ITEMS } from './hand-over.queries.js';

/**
 * Gives a part of a row's items away to rows of their own. The row keeps the deliveries that `stay`, and ends where none do.
 * `publishes`: the crash point of their first offer.
 *
 * @returns false when somebody else has the row.
 */
export async function handOver(
  database: Database,
  publisher: Publisher,
  work: LeasedWork<SendItem>,
  stay: readonly Uuid[],
  rows: readonly NewWork[],
  publishes: Parameters<Publisher['publish']>[1],
): Promise<boolean> {
  const offers = await database.transaction(async (tx) => {
    if ((await pushWork.lock(tx, work)) === undefined) return undefined;
    if (stay.length === 0) await pushWork.remove(tx, work);
    else await tx.query(KEEP_ITEMS, [work.id, stay]);
    return pushWork.enqueue(tx, rows);
  });
  if (offers === undefined) return false;
  void publisher.publish(offers, publishes);
  return true;
}
