import type { StripeEvent } from '../objects/event.js';
import { versioned } from '../wire/versions.js';
import type { Account } from '../world/account.js';

/** An event in the shape of an API version: an endpoint's, or the one that it was made in. */
export function renderedEvent(account: Account, event: StripeEvent, version = event.api_version): StripeEvent {
  const data = versioned(event.data, version, (invoiceId) => account.intentOfInvoice(invoiceId));
  return { ...event, api_version: version, data };
}
