import type { Dispatcher } from '../../deliver/dispatcher.js';
import { renderedEvent } from '../events/rendered-event.js';
import { notificationOf, thinEventOf } from '../events/thin-event.js';
import type { StripeEvent, ThinEvent } from '../objects/event.js';
import type { Account } from '../world/account.js';
import { type Endpoint, wants } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import type { Parcel } from './parcel.js';

/** Says who gets an event, and in which words. */
export class Publisher {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly dispatcher: Dispatcher<Endpoint, Parcel>,
  ) {}

  /** Answers how many endpoints will get it as a snapshot. */
  publish(account: Account, event: StripeEvent): number {
    const takers = this.takers(account, event);
    const snapshots = takers.filter(({ shape }) => shape === 'snapshot');
    const told = { ...event, pending_webhooks: snapshots.length };
    for (const endpoint of takers)
      this.dispatcher.dispatch(
        endpoint,
        pack(account, endpoint, told, () => this.settle(event, endpoint)),
      );
    return snapshots.length;
  }

  /** Without a snapshot: only thin endpoints can take it. */
  publishThin(account: Account, event: ThinEvent): void {
    for (const endpoint of this.around(account)) {
      if (endpoint.shape === 'thin' && wants(endpoint, event.type)) this.dispatcher.dispatch(endpoint, packThin(event));
    }
  }

  /** Sends it once more, to one endpoint or to all that want it. Answers to how many. */
  resend(account: Account, event: StripeEvent, endpointId: string | undefined): number {
    const takers = this.takers(account, event).filter(({ id }) => endpointId === undefined || id === endpointId);
    for (const endpoint of takers)
      this.dispatcher.resend(
        endpoint,
        pack(account, endpoint, event, () => this.settle(event, endpoint)),
      );
    return takers.length;
  }

  private takers(account: Account, event: StripeEvent): Endpoint[] {
    return this.around(account).filter((endpoint) =>
      wants(endpoint, endpoint.shape === 'thin' ? `v1.${event.type}` : event.type),
    );
  }

  /** Endpoints of the account itself, and those of its platform that ask for its connected accounts. */
  private around(account: Account): Endpoint[] {
    const own = this.endpoints.of(account.id).filter(({ from }) => from !== 'connected');
    if (!account.platform) return own;
    return [...own, ...this.endpoints.of(account.platform.id).filter(({ from }) => from !== 'account')];
  }

  private settle(event: StripeEvent, { shape }: Endpoint): void {
    if (shape === 'snapshot') event.pending_webhooks = Math.max(0, event.pending_webhooks - 1);
  }
}

function pack(account: Account, endpoint: Endpoint, event: StripeEvent, arrived: () => void): Parcel {
  if (endpoint.shape === 'thin') return packThin(thinEventOf(event));
  const { id: eventId, type } = event;
  const shown = renderedEvent(account, event, endpoint.apiVersion);
  // Stripe's snapshots are indented: a receiver that parses and writes them again gets other bytes.
  return { eventId, type, objectId: event.data.object.id, body: JSON.stringify(shown, null, 2), arrived };
}

function packThin(event: ThinEvent): Parcel {
  const body = JSON.stringify(notificationOf(event));
  return { eventId: event.id, type: event.type, objectId: event.related_object?.id, body, arrived: () => undefined };
}
