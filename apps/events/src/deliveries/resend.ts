import type { Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, readEvent } from '@signalbox/event-log';
import type { Offer, Publisher } from '@signalbox/queues';
import { endpointFact } from '../endpoints/endpoint-fact.js';
import { lockReceiver, type LockedReceiver } from '../endpoints/lock-receiver.js';
import { eventsWork } from '../work/events-work.js';
import { postWorks } from '../work/post-works.js';
import { parseDelivery } from './deliveries.js';
import { deliveryIdOf } from './delivery-id.js';
import { RENEW_ONE } from './delivery.queries.js';
import { insertDeliveries } from './enlist.js';

/** What was sent again, or why nothing was. */
export type Resent =
  { readonly delivery: Uuid } | { readonly refused: 'no_such_endpoint' | 'no_such_delivery' | 'endpoint_disabled' };

/** The same inside its transaction, with what is to be published after it. */
type Begun = Resent & { readonly offers?: Offer[] };

/**
 * Sends one event to one endpoint because somebody asked for it: at once, past the line of an endpoint that wants order, and
 * with a round of retries of its own.
 */
export class Resend {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  /** By `whd_...`, or by `evt_...` also an event that the endpoint never was to get. @returns the delivery. */
  async resend(appId: Uuid, endpoint: Uuid, id: string): Promise<Resent> {
    const named = parseDelivery(endpoint, id);
    if (named === undefined) return { refused: 'no_such_delivery' };
    return this.atOnce(appId, endpoint, async (tx, receiver) => {
      const { rows } = await tx.query<{ attempt: number }>(RENEW_ONE, [endpoint, named.delivery]);
      const [renewed] = rows;
      const { delivery, event } = named;
      if (renewed !== undefined) return { delivery, offers: await post(tx, receiver, delivery, renewed.attempt) };
      // It is under way already, or not there; whoever shows it finds out.
      return event === undefined ? { delivery } : takeOn(tx, receiver, event);
    });
  }

  /** Writes a test event and sends it to this endpoint alone. */
  async test(appId: Uuid, endpoint: Uuid): Promise<Resent> {
    return this.atOnce(appId, endpoint, async (tx, receiver) => {
      const [event] = await append(tx, [endpointFact('webhook_endpoint.test', receiver)]);
      return takeOn(tx, receiver, event!);
    });
  }

  private async atOnce(
    appId: Uuid,
    endpoint: Uuid,
    work: (tx: Sql, receiver: LockedReceiver) => Promise<Begun>,
  ): Promise<Resent> {
    const { offers = [], ...resent } = await this.database.transaction(async (tx): Promise<Begun> => {
      const receiver = await lockReceiver(tx, endpoint);
      if (receiver?.appId !== appId) return { refused: 'no_such_endpoint' };
      return receiver.enabled ? work(tx, receiver) : { refused: 'endpoint_disabled' };
    });
    void this.publisher.publish(offers, 'webhook.publish');
    return resent;
  }
}

/** An event that has no delivery to this endpoint yet. */
async function takeOn(tx: Sql, receiver: LockedReceiver, event: Uuid): Promise<Begun> {
  const { id: endpointId, appId } = receiver;
  const found = await readEvent(tx, appId, event);
  if (found === undefined) return { refused: 'no_such_delivery' };
  const { type, subject } = found;
  const made = await insertDeliveries(tx, [{ endpointId, appId, event: { id: event, type, subject } }]);
  const delivery = deliveryIdOf(event, endpointId);
  return { delivery, offers: made.has(delivery) ? await post(tx, receiver, delivery, 0) : [] };
}

function post(tx: Sql, { id: endpointId, appId }: LockedReceiver, delivery: Uuid, attempt: number): Promise<Offer[]> {
  const due = { endpointId, appId, delay: 0, item: { d: delivery, a: attempt + 1 } };
  return eventsWork.enqueue(tx, postWorks([due], 'transactional'));
}
