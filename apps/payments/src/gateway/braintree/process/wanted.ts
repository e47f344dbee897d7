import type { EventType } from '@signalbox/contracts';
import type { Transaction } from '../transaction.js';

/** A fact that follows from how a payment stands, under the name of the effect that it tells of. */
export interface Wanted {
  readonly effect: string;
  readonly type: EventType;
  /** Braintree's id of what it is about. */
  readonly gatewayRef: string;
  /** Facts about the payment go by its own name, others by Braintree's. */
  readonly subject: 'payment' | 'object';
  readonly data: { readonly amount: number; readonly currency: string; readonly [field: string]: unknown };
  readonly occurredAt?: string | undefined;
}

/** When the transaction came to stand as it does, as far as Braintree says so. */
export function since({ statusHistory, status }: Transaction): string | undefined {
  return isoTime(statusHistory.findLast((each) => each.status === status)?.timestamp);
}

/** A time or a day of Braintree's as facts have it; undefined: it is none. */
export function isoTime(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
