import type { StripeEvent } from '../objects/event.js';
import type { Shown } from '../objects/stripe-object.js';
import { newId } from '../wire/ids.js';
import { previousAttributes } from './previous-attributes.js';

interface Occurrence {
  readonly type: string;
  readonly object: Shown;
  /** The object as it was, for events that say what changed. */
  readonly before: Shown | undefined;
  /** The connected account. */
  readonly account: string | undefined;
  readonly apiVersion: string;
  readonly cause: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly created: number;
}

/** The object in an event is a picture of it: what happens to the object later does not change it. */
export function newEvent({ type, object, before, account, apiVersion, cause, created }: Occurrence): StripeEvent {
  const previous = before && { previous_attributes: previousAttributes(before, object) };
  return {
    id: newId('evt'),
    object: 'event',
    ...(account !== undefined && { account }),
    api_version: apiVersion,
    created,
    data: { object: structuredClone(object), ...previous },
    livemode: false,
    pending_webhooks: 0,
    request: { ...cause },
    type,
  };
}
