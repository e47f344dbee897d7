import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { readEventRange, type EventHead } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { deliveryIdOf } from '../deliveries/delivery-id.js';
import { RENEW_FAILED } from '../deliveries/delivery.queries.js';
import { insertDeliveries, lockOrdered, queueUp, type Queued } from '../deliveries/enlist.js';
import type { LockedReceiver } from '../endpoints/lock-receiver.js';
import { wants } from '../fan-out/wants.js';
import type { RecoverItem } from '../work/events-work.js';

const SLICE = 500;

export interface RecoveredSlice {
  readonly offers: Offer[];
  readonly count: number;
  /** Where to go on; undefined: done. */
  readonly next: Uuid | undefined;
}

/**
 * Takes on a slice of the events that an endpoint should have got: those that failed, and those it was never to get because
 * it was disabled or not there. At most `perSecond` of them are due each second. What is under way or delivered stays as it
 * is. The endpoint is locked by the caller.
 */
export async function recoverSlice(tx: Sql, receiver: LockedReceiver, item: RecoverItem): Promise<RecoveredSlice> {
  const { appId, eventTypes } = receiver;
  const { after, until, perSecond } = item;
  const { events, next } = await readEventRange(tx, {
    appId,
    ...(eventTypes.length > 0 && { types: eventTypes }),
    after,
    until,
    limit: SLICE,
  });
  const wanted = events.filter((event) => wants(receiver, { appId, ...event }));
  const attemptOf = await openAgain(tx, receiver, wanted);
  const queued: Queued[] = [];
  for (const event of wanted) {
    const id = deliveryIdOf(event.id, receiver.id);
    const attempt = attemptOf.get(id);
    if (attempt === undefined) continue;
    const delay = Math.floor(queued.length / perSecond) * 1_000;
    queued.push({ id, endpointId: receiver.id, appId, subject: event.subject, attempt: attempt + 1, delay });
  }
  const ordered = await lockOrdered(tx, queued);
  return { offers: await queueUp(tx, queued, 'bulk', ordered), count: queued.length, next };
}

/** @returns the deliveries that are open now and were not, with the attempts that were made. */
async function openAgain(
  tx: Sql,
  { id: endpointId, appId }: LockedReceiver,
  events: readonly EventHead[],
): Promise<Map<Uuid, number>> {
  if (events.length === 0) return new Map();
  const made = await insertDeliveries(
    tx,
    events.map((event) => ({ endpointId, appId, event })),
  );
  const { rows } = await tx.query<{ id: Uuid; attempt: number }>(RENEW_FAILED, [
    events.map((event) => deliveryIdOf(event.id, endpointId)),
  ]);
  return new Map([...[...made].map((id) => [id, 0] as const), ...rows.map((row) => [row.id, row.attempt] as const)]);
}
