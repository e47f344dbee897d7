import type { DeliveryEnding } from '../../deliver/delivery-ending.js';
import type { Attempt, Carrier } from '../../deliver/dispatcher.js';
import type { Poster } from '../../deliver/post.js';
import type { RequestLog } from '../../recording/request-log.js';
import type { SentWebhook, WebhookFilter } from './delivery-log.js';
import type { Endpoint, Parcel } from './endpoint.js';
import { signatureOf } from './signature.js';

const HEADERS = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Braintree Webhooks' };

/** Braintree's webhooks: a form of a signature and a payload. */
export class FormCarrier implements Carrier<Endpoint, Parcel> {
  constructor(
    private readonly log: RequestLog<SentWebhook, WebhookFilter>,
    private readonly poster: Poster,
  ) {}

  async carry(
    { url }: Endpoint,
    { payload, keys }: Parcel,
    timeoutMs: number,
  ): Promise<{ signature: string; ending: DeliveryEnding }> {
    const signature = signatureOf(payload, keys());
    const body = new URLSearchParams({ bt_signature: signature, bt_payload: payload }).toString();
    return { signature, ending: await this.poster.post(url, HEADERS, body, timeoutMs) };
  }

  record(endpoint: Endpoint, { notification, payload }: Parcel, attempt: Attempt): void {
    const { id: endpointId, merchantId, url } = endpoint;
    const { id: notificationId, kind, subjectId } = notification;
    const way = { endpointId, merchantId, url, notificationId, kind, subjectId, payload };
    this.log.add((seq) => ({ seq, ...way, ...attempt }));
  }
}
