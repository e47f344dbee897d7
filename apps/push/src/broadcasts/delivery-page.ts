import {
  type BroadcastDeliveriesQuery,
  type DeliveryView,
  firstUuidAt,
  formatId,
  type Page,
  parseId,
  timeOfUuid,
  type Uuid,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { DeliveryRow } from '../notify/notification-history.js';
import { viewDelivery } from '../notify/notification-view.js';
import { DELIVERY_PAGE, LAST_LOOKED_AT } from './delivery-page.queries.js';

/** A page of a state that is rare is not looked for through a million rows: it is short, and says where to go on. */
const MOST_LOOKED_AT = 20_000;

/**
 * Deliveries of a broadcast behind the delivery `after` (a public id). Their ids all carry its own millisecond, so the primary key
 * has them in one place and in order, beside those of the few others that were accepted within the same one.
 */
export async function deliveryPage(
  sql: Sql,
  appId: Uuid,
  id: Uuid,
  { after, limit, state }: BroadcastDeliveriesQuery,
): Promise<Page<DeliveryView>> {
  const time = timeOfUuid(id);
  const [first, end] = [firstUuidAt(time), firstUuidAt(time + 1)];
  const from = after === undefined ? first : parseId('delivery', after);
  if (from === undefined || from < first || from >= end) return { items: [], next: null };
  const { rows } = await sql.query<DeliveryRow>(DELIVERY_PAGE, [
    id,
    appId,
    from,
    end,
    state ?? null,
    limit,
    MOST_LOOKED_AT,
  ]);
  const items = rows.map((row) => viewDelivery(row));
  if (rows.length === limit) return { items, next: items.at(-1)!.id };
  const last = await lastLookedAt(sql, from, end);
  if (last === undefined) return { items, next: null };
  // What was inserted since the page was read moves the bound towards its beginning; nobody is shown twice for that.
  const read = rows.at(-1)?.id ?? last;
  return { items, next: formatId('delivery', read > last ? read : last) };
}

async function lastLookedAt(sql: Sql, from: Uuid, end: Uuid): Promise<Uuid | undefined> {
  const { rows } = await sql.query<{ id: Uuid }>(LAST_LOOKED_AT, [from, end, MOST_LOOKED_AT - 1]);
  return rows[0]?.id;
}
