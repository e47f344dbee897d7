import type { DeliveryEnding } from '../../deliver/delivery-ending.js';
import type { Attempt } from '../../deliver/dispatcher.js';
import type { Recorded } from '../../recording/request-log.js';
import type { Endpoint } from './endpoint.js';
import type { Parcel } from './parcel.js';

/** One attempt at a delivery, as the control API lists it; written down when it has ended. */
export interface SentDelivery extends Recorded, Attempt {
  readonly endpointId: string;
  readonly accountId: string;
  readonly url: string;
  readonly shape: Endpoint['shape'];
  readonly eventId: string;
  readonly type: string;
  readonly objectId: string | undefined;
  readonly ending: DeliveryEnding;
}

export interface DeliveryFilter {
  readonly endpointId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: number | undefined;
  /** `answer`, `dropped` or `unanswered`. */
  readonly ending?: string | undefined;
}

export function matchesDelivery(sent: SentDelivery, filter: DeliveryFilter): boolean {
  return (
    (filter.endpointId === undefined || sent.endpointId === filter.endpointId) &&
    (filter.accountId === undefined || sent.accountId === filter.accountId) &&
    (filter.eventId === undefined || sent.eventId === filter.eventId) &&
    (filter.objectId === undefined || sent.objectId === filter.objectId) &&
    (filter.type === undefined || sent.type === filter.type) &&
    (filter.ending === undefined || sent.ending.kind === filter.ending) &&
    (filter.status === undefined || (sent.ending.kind === 'answer' && sent.ending.status === filter.status))
  );
}

/** What a record says of the way of a parcel, whatever became of it. */
export function wayOf(endpoint: Endpoint, parcel: Parcel) {
  const { id: endpointId, accountId, url, shape } = endpoint;
  const { eventId, type, objectId, body: payload } = parcel;
  return { endpointId, accountId, url, shape, eventId, type, objectId, payload };
}
