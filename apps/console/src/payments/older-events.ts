import { type Html, html } from '@signalbox/html';
import { SHOWN } from './read-payment.js';

/** Says that a page leaves out older events of an object, and where they are listed. */
export function olderEvents(objectId: string, account: string): Html {
  const query = new URLSearchParams({ objectId, ...(account !== '' && { account }) });
  return html`<p class="quiet">
    Only the newest ${SHOWN} events are shown. <code>GET /v1/stripe-events?${query.toString()}</code> lists older ones.
  </p>`;
}
