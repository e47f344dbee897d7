import type { Dispatcher } from '../../deliver/dispatcher.js';
import { type Notification, payloadOf } from '../notifications/notification.js';
import type { Merchant } from '../world/merchant.js';
import type { Endpoint, Parcel } from './endpoint.js';
import type { Endpoints } from './endpoints.js';

/** Says who gets a notification. */
export class Publisher {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly dispatcher: Dispatcher<Endpoint, Parcel>,
  ) {}

  publish(merchant: Merchant, notification: Notification): void {
    for (const endpoint of this.takers(merchant, notification))
      this.dispatcher.dispatch(endpoint, pack(merchant, notification));
  }

  /** Sends it once more, to one endpoint or to all that want it. Answers to how many. */
  resend(merchant: Merchant, notification: Notification, endpointId: string | undefined): number {
    const takers = this.takers(merchant, notification).filter(
      ({ id }) => endpointId === undefined || id === endpointId,
    );
    for (const endpoint of takers) this.dispatcher.resend(endpoint, pack(merchant, notification));
    return takers.length;
  }

  private takers({ id }: Merchant, { kind }: Notification): Endpoint[] {
    return this.endpoints.of(id).filter(({ kinds }) => kinds === undefined || kinds.includes(kind));
  }
}

function pack(merchant: Merchant, notification: Notification): Parcel {
  return { notification, payload: payloadOf(notification), keys: () => merchant.keys };
}
