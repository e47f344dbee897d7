import type { Uuid, WebhookEndpointChange } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { disable } from '../deliver/endpoint-health.js';
import { DISSOLVE_LINES } from '../deliveries/enlist.queries.js';
import { type NextInLine, queueNext } from '../deliveries/next-in-line.js';
import { endpointFact } from './endpoint-fact.js';
import type { EndpointRow } from './endpoint-view.js';
import { ENABLE, UPDATE_ENDPOINT } from './endpoint.queries.js';

/** Changes an endpoint that the caller has locked. @returns offers, to be published after the commit. */
export async function changeEndpoint(
  tx: Sql,
  before: EndpointRow,
  { enabled, ...change }: WebhookEndpointChange,
): Promise<Offer[]> {
  const { url, description, eventTypes, ordered } = change;
  const fields = Object.entries(change).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  if (fields.length > 0) {
    await tx.query(UPDATE_ENDPOINT, [
      before.id,
      url ?? before.url,
      description === undefined ? before.description : description,
      eventTypes === undefined ? before.eventTypes : (eventTypes ?? []),
      ordered ?? before.ordered,
    ]);
    await append(tx, [endpointFact('webhook_endpoint.changed', before, { fields })]);
  }
  if (enabled === false) await disable(tx, before.id, 'requested');
  if (enabled === true && (await tx.query(ENABLE, [before.id])).rowCount > 0) {
    await append(tx, [endpointFact('webhook_endpoint.enabled', before)]);
  }
  return before.ordered && ordered === false ? dissolveLines(tx, before.id) : [];
}

/** Whoever waited behind others need not wait for them any longer. */
async function dissolveLines(tx: Sql, endpoint: Uuid): Promise<Offer[]> {
  const { rows } = await tx.query<NextInLine>(DISSOLVE_LINES, [endpoint]);
  return queueNext(tx, rows);
}
