import { ADDRESS_REFUSED, readTarget } from '@signalbox/egress';
import type { AttemptOutcome, ProviderSession, PushMessage } from '../push-provider.js';
import { UnderWay } from '../under-way.js';
import type { PushServiceOptions } from './push-service.js';
import { PushServices } from './push-services.js';
import type { WebPushAnswer } from './webpush-answer.js';
import { webPushOutcome } from './webpush-outcome.js';
import { buildWebPushPayload, WEBPUSH_PAYLOAD_LIMIT } from './webpush-payload.js';
import { subscriptionOf, webPushRequest } from './webpush-request.js';

/** What is sent with one pair of keys, to whatever push services an app's browsers have. */
export class WebPushSession implements ProviderSession {
  private readonly services: PushServices;
  private readonly underWay = new UnderWay();

  constructor(private readonly options: PushServiceOptions) {
    this.services = new PushServices(options);
  }

  get isIdle(): boolean {
    return this.underWay.isIdle;
  }

  async send(message: PushMessage, signal?: AbortSignal): Promise<AttemptOutcome> {
    const { deliveryId, attempt, device, options } = message;
    if (options.expiresAt.getTime() <= Date.now()) return { kind: 'expired', raw: {} };
    const subscription = subscriptionOf(device);
    if (!subscription) return { kind: 'rejected', reason: 'NotABrowser', alarm: true, raw: {} };
    const { json, bytes } = buildWebPushPayload(message);
    if (bytes > WEBPUSH_PAYLOAD_LIMIT) return { kind: 'rejected', reason: tooLarge(bytes), raw: {} };
    const endpoint = new URL(subscription.endpoint);
    if (!this.mayReach(endpoint)) return { kind: 'rejected', reason: ADDRESS_REFUSED, raw: {} };
    const service = this.services.at(endpoint);
    const told = (answer: WebPushAnswer): AttemptOutcome =>
      webPushOutcome(answer, { attempt, now: new Date(), isKnown: service.isKnown });
    const refusal = this.underWay.begin(deliveryId);
    if (refusal) return told(refusal);
    try {
      const request = webPushRequest(subscription, json, message, service.token.authorization());
      return told(await service.post(endpoint, request, { deadlineMs: this.options.limits.deadlineMs, signal }));
    } finally {
      this.underWay.end(deliveryId);
    }
  }

  async close(): Promise<void> {
    await this.underWay.close();
    await this.services.close();
  }

  /** Before a name is looked up; its addresses are judged when they are known. */
  private mayReach({ href, origin }: URL): boolean {
    return origin === this.options.secret.endpoint?.origin || !('refused' in readTarget(href, { allowPrivate: false }));
  }
}

function tooLarge(bytes: number): string {
  return `is ${bytes} bytes for a browser; at most ${WEBPUSH_PAYLOAD_LIMIT} are delivered`;
}
