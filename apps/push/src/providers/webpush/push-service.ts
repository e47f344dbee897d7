import type { WebPushCredential } from '@signalbox/credentials';
import { type EgressPolicy, guardedLookup, type Resolve } from '@signalbox/egress';
import { type ChannelFigures, Http2Channel, type RequestLimits } from '@signalbox/http2-channel';
import { isKnownService } from './known-services.js';
import { OneConnectionEach } from './one-connection-each.js';
import { VapidToken } from './vapid-token.js';
import { readWebPushAnswer, type WebPushAnswer } from './webpush-answer.js';
import type { WebPushRequest } from './webpush-request.js';

/** Middleboxes forget connections that were idle for a few minutes, and tell nobody. */
const CHECK_AFTER_IDLE_MS = 60_000;
const MIN_CONNECTION_AGE_MS = 10_000;
/** Errors have a few hundred bytes, a proxy's page a few thousand. */
const LARGEST_ANSWER = 16_384;
/** What our offer of HTTP/2 comes to where nobody speaks it: the answer has no protocol, or is an alert of TLS. */
const SPEAKS_NO_HTTP2 = new Set(['NO_HTTP2', 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL']);

export interface WebPushLimits {
  /** Milliseconds from the wait for a free stream to the last byte of the answer. */
  readonly deadlineMs: number;
  /** Connections to one push service at most. */
  readonly connections: number;
  /** Requests under way on a connection at most. */
  readonly streams: number;
  /** The pace of the watchdog, in milliseconds: a silent connection is replaced within four ticks. */
  readonly tickMs: number;
}

export interface PushServiceOptions {
  readonly secret: WebPushCredential;
  readonly limits: WebPushLimits;
  readonly figures?: ChannelFigures | undefined;
  /** Finds the addresses of a name; the system's name servers unless told. */
  readonly resolve?: Resolve | undefined;
}

/**
 * One credential's way to one push service: HTTP/2 with addresses that were checked, or, where the service speaks none, HTTP/1.1
 * with a connection per message (docs/adr/0024-web-push.md).
 */
export class PushService {
  readonly isKnown: boolean;
  readonly token: VapidToken;
  private readonly channel: Http2Channel;
  private readonly withoutHttp2: OneConnectionEach;
  private speaksHttp2 = true;

  constructor(
    private readonly origin: URL,
    { secret, limits, figures, resolve }: PushServiceOptions,
  ) {
    const { endpoint } = secret;
    const isSandbox = origin.origin === endpoint?.origin;
    // Endpoints are strangers' words: only the internet may be reached, and the sandbox that the app's own keys name.
    const policy: EgressPolicy = isSandbox ? { allowPrivate: true, ca: endpoint.ca } : { allowPrivate: false };
    this.isKnown = isKnownService(origin, endpoint?.origin);
    this.token = new VapidToken(secret, origin.origin);
    this.channel = new Http2Channel({
      origin: origin.origin,
      ca: policy.ca,
      lookup: guardedLookup(policy, resolve),
      sessions: limits.connections,
      streams: limits.streams,
      warmUp: 'settings',
      // A stranger's host that is not there must not keep others waiting for it.
      whileUnreachable: 'fail',
      tickMs: limits.tickMs,
      checkAfterIdleMs: CHECK_AFTER_IDLE_MS,
      minSessionAgeMs: MIN_CONNECTION_AGE_MS,
      maxBodyBytes: LARGEST_ANSWER,
      figures,
    });
    this.withoutHttp2 = new OneConnectionEach(policy, LARGEST_ANSWER, resolve);
  }

  get isIdle(): boolean {
    return this.channel.isIdle;
  }

  /** Settles within the deadline and never rejects. */
  async post(endpoint: URL, request: WebPushRequest, limits: RequestLimits): Promise<WebPushAnswer> {
    if (!this.speaksHttp2) return this.withoutHttp2.post(endpoint, request, limits);
    const began = performance.now();
    const answer = await this.channel.request(this.http(endpoint, request), limits);
    if (answer.kind !== 'unsent' || !SPEAKS_NO_HTTP2.has(answer.code)) return readWebPushAnswer(answer);
    this.speaksHttp2 = false;
    const deadlineMs = Math.max(1, Math.floor(limits.deadlineMs - (performance.now() - began)));
    return this.withoutHttp2.post(endpoint, request, { ...limits, deadlineMs });
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  private http({ pathname, search }: URL, { headers, body }: WebPushRequest): { headers: string[]; body: Buffer } {
    const pseudo = [':method', 'POST', ':scheme', 'https', ':authority', this.origin.host];
    return { headers: [...pseudo, ':path', `${pathname}${search}`, ...Object.entries(headers).flat()], body };
  }
}
