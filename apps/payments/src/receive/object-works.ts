import { newUuid, type Lane, type Uuid } from '@signalbox/contracts';
import { firstOffer, type Offer } from '@signalbox/queues';
import { stripeQueueOf } from '../work/payments-work.js';

/** Objects of one work row, at most: its handler may have to ask Stripe about each, and a lease must not last for ever. */
const OBJECTS_OF_A_ROW = 32;

/** Something in the inbox of an object. */
export interface InboxEntry {
  readonly appId: Uuid;
  readonly objectKey: Uuid;
  readonly lane: Lane;
}

/** A work row to be made, of one app and lane. */
export interface ObjectWork {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly lane: Lane;
}

/** Which work row takes each entry on, in the order given: entries of one object share a row, rows are full before the next begins. */
export function worksFor(entries: readonly InboxEntry[]): ObjectWork[] {
  const rowOf = new Map<string, ObjectWork>();
  const filling = new Map<string, { readonly work: ObjectWork; objects: number }>();
  return entries.map(({ appId, objectKey, lane }) => {
    const group = `${appId} ${lane}`;
    const name = `${group} ${objectKey}`;
    const known = rowOf.get(name);
    if (known !== undefined) return known;
    let row = filling.get(group);
    if (row === undefined || row.objects === OBJECTS_OF_A_ROW) {
      row = { work: { id: newUuid(), appId, lane }, objects: 0 };
      filling.set(group, row);
    }
    row.objects += 1;
    rowOf.set(name, row.work);
    return row.work;
  });
}

/** The offers of the work rows that were made, once their commit is known. */
export function offersOf(made: readonly { readonly entry: InboxEntry; readonly work: ObjectWork }[]): Offer[] {
  return [...Map.groupBy(made, ({ work }) => work)].map(([{ id, appId, lane }, rows]) => {
    const items = [...new Set(rows.map(({ entry }) => entry.objectKey))];
    return firstOffer({ id, rootId: id, queue: stripeQueueOf(lane), lane, appId, credentialId: appId, items });
  });
}
