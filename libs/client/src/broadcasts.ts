import { randomUUID } from 'node:crypto';
import type {
  BroadcastDeliveriesQuery,
  BroadcastEstimate,
  BroadcastRequestInput,
  BroadcastView,
  DeliveryView,
  Page,
  StartedAnswer,
} from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions, SendOptions } from './notifications.js';
import { itemsOf, type PageOptions, queryOf } from './paging.js';

export interface BroadcastDeliveriesOptions extends PageOptions {
  /** Those alone that are in this state now. */
  readonly state?: NonNullable<BroadcastDeliveriesQuery['state']>;
}

/** A broadcast that is stored: it goes on by itself. */
export interface StartedBroadcast extends StartedAnswer {
  readonly idempotencyKey: string;
  /** The service had stored it before, under this key. */
  readonly replayed: boolean;
}

/** Notifications to many. Every method throws SignalboxErrors. */
export class Broadcasts {
  constructor(private readonly push: Connection) {}

  /** Resolves when it is stored. A key is made unless given, and stays the same over all attempts. */
  async start(request: BroadcastRequestInput, options: SendOptions = {}): Promise<StartedBroadcast> {
    const idempotencyKey = options.idempotencyKey ?? randomUUID();
    const { body, headers } = await this.push.call<StartedAnswer>({
      method: 'POST',
      path: ['broadcasts'],
      body: request,
      idempotencyKey,
      signal: options.signal,
    });
    return { ...body, idempotencyKey, replayed: headers.get('idempotency-replayed') === 'true' };
  }

  /** What `start` would come to: how many phones, what the policy says of them, how long it takes. Nothing is sent. */
  async estimate(request: BroadcastRequestInput, { signal }: CallOptions = {}): Promise<BroadcastEstimate> {
    const path = ['broadcasts', 'estimate'];
    return (await this.push.call<BroadcastEstimate>({ method: 'POST', path, body: request, signal })).body;
  }

  /** How far it is. */
  async get(id: string, { signal }: CallOptions = {}): Promise<BroadcastView> {
    return (await this.push.call<BroadcastView>({ method: 'GET', path: ['broadcasts', id], signal })).body;
  }

  /** The newest first. */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<BroadcastView>> {
    const query = queryOf(page);
    return (await this.push.call<Page<BroadcastView>>({ method: 'GET', path: ['broadcasts'], query, signal })).body;
  }

  /** What providers are being sent already goes out. @throws RequestRefused 409 `wrong_state` when it is too late. */
  pause(id: string, options: CallOptions = {}): Promise<BroadcastView> {
    return this.steer(id, 'pause', options);
  }

  /** Goes on where it was paused. @throws RequestRefused 409 `wrong_state`. */
  resume(id: string, options: CallOptions = {}): Promise<BroadcastView> {
    return this.steer(id, 'resume', options);
  }

  /** Nobody gets it who does not have it yet; for good. @throws RequestRefused 409 `wrong_state` when it is too late. */
  cancel(id: string, options: CallOptions = {}): Promise<BroadcastView> {
    return this.steer(id, 'cancel', options);
  }

  /**
   * What became of it on each phone that has a delivery by now, page by page, from `after` on; `limit` to a page. Each page is a call
   * of its own, read when it is wanted.
   */
  deliveries(id: string, { after, ...options }: BroadcastDeliveriesOptions = {}): AsyncGenerator<DeliveryView, void> {
    return itemsOf((next = after) => this.deliveryPage(id, { ...options, ...(next !== undefined && { after: next }) }));
  }

  /** One page of that. It may be short, or empty, and not the last: `next` is null on that. */
  async deliveryPage(
    id: string,
    { state, signal, ...page }: BroadcastDeliveriesOptions = {},
  ): Promise<Page<DeliveryView>> {
    const path = ['broadcasts', id, 'deliveries'];
    const query = { ...queryOf(page), state };
    return (await this.push.call<Page<DeliveryView>>({ method: 'GET', path, query, signal })).body;
  }

  private async steer(id: string, how: string, { signal }: CallOptions): Promise<BroadcastView> {
    return (await this.push.call<BroadcastView>({ method: 'POST', path: ['broadcasts', id, how], signal })).body;
  }
}
