import type { Attempt, Carrier } from '../../deliver/dispatcher.js';
import type { DeliveryEnding } from '../../deliver/delivery-ending.js';
import type { Poster } from '../../deliver/post.js';
import type { RequestLog } from '../../recording/request-log.js';
import type { CliSockets } from '../listen/cli-sockets.js';
import { type DeliveryFilter, type SentDelivery, wayOf } from './delivery-log.js';
import { activeSecrets, type Endpoint } from './endpoint.js';
import type { Parcel } from './parcel.js';
import { signatureHeader } from './signature.js';

/** Stripe's webhooks: posted to a URL, or handed to `stripe listen`; each attempt is signed afresh. */
export class StripeCarrier implements Carrier<Endpoint, Parcel> {
  constructor(
    private readonly log: RequestLog<SentDelivery, DeliveryFilter>,
    private readonly poster: Poster,
    private readonly sockets: CliSockets,
  ) {}

  async carry(
    endpoint: Endpoint,
    { body }: Parcel,
    timeoutMs: number,
  ): Promise<{ signature: string; ending: DeliveryEnding }> {
    const now = Date.now();
    const signature = signatureHeader(body, activeSecrets(endpoint, now), Math.floor(now / 1000));
    const headers = headersOf(signature);
    const ending =
      endpoint.source === 'cli'
        ? await this.sockets.carry(endpoint, headers, body, timeoutMs)
        : await this.poster.post(endpoint.url, headers, body, timeoutMs);
    return { signature, ending };
  }

  record(endpoint: Endpoint, parcel: Parcel, attempt: Attempt): void {
    this.log.add((seq) => ({ seq, ...wayOf(endpoint, parcel), ...attempt }));
  }

  arrived(parcel: Parcel): void {
    parcel.arrived();
  }
}

function headersOf(signature: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    accept: '*/*; q=0.5, application/xml',
    'cache-control': 'no-cache',
    'stripe-signature': signature,
  };
}
