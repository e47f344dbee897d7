import { ADDRESS_REFUSED, EgressFailed, type EgressPolicy, guardedFetch, type Resolve } from '@signalbox/egress';
import type { RequestLimits } from '@signalbox/http2-channel';
import { Semaphore } from '@signalbox/resilience';
import { readAnswered, type WebPushAnswer } from './webpush-answer.js';
import type { WebPushRequest } from './webpush-request.js';

/** Connections at once. A few hundred handshakes at the same time would all be too late. */
const AT_ONCE = 32;
/** Nothing of a request is on its way before these are over. */
const BEFORE_SENDING = new Set(['name_not_resolved', 'connection_failed', 'tls_failed']);

/** The way to push services that speak HTTP/1.1 alone: a connection for each message, as for webhooks. */
export class OneConnectionEach {
  private readonly room = new Semaphore(AT_ONCE);

  constructor(
    private readonly policy: EgressPolicy,
    private readonly maxBytes: number,
    private readonly resolve: Resolve | undefined,
  ) {}

  /** Settles within the deadline and never rejects. Who waits for half of it without a connection has sent nothing. */
  post(endpoint: URL, request: WebPushRequest, { deadlineMs, signal }: RequestLimits): Promise<WebPushAnswer> {
    const began = performance.now();
    return this.room.use(async () => {
      const waited = performance.now() - began;
      if (signal?.aborted) return { kind: 'unsent', code: 'ABORTED' };
      if (waited > deadlineMs / 2) return { kind: 'unsent', code: 'NO_FREE_STREAM' };
      return this.postNow(endpoint, request, { deadlineMs: Math.ceil(deadlineMs - waited), signal });
    });
  }

  private async postNow(
    endpoint: URL,
    { headers, body }: WebPushRequest,
    { deadlineMs: timeoutMs, signal }: RequestLimits,
  ): Promise<WebPushAnswer> {
    const { policy, maxBytes, resolve } = this;
    try {
      const request = { method: 'POST', headers, body, signal };
      const response = await guardedFetch(endpoint, request, {
        ...policy,
        maxBytes,
        timeoutMs,
        ...(resolve && { ways: { resolve } }),
      });
      const { status } = response;
      return readAnswered({ status, headers: Object.fromEntries(response.headers), body: await response.text() });
    } catch (error) {
      if (!(error instanceof EgressFailed)) throw error;
      // The status says enough, whatever became of the body.
      if (error.head) return readAnswered({ ...error.head, body: '' });
      if (error.stage === 'target_refused') return { kind: 'unsent', code: ADDRESS_REFUSED };
      return { kind: BEFORE_SENDING.has(error.stage) ? 'unsent' : 'unanswered', code: error.stage };
    }
  }
}
