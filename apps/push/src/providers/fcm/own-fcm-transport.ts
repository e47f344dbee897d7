import { Http2Channel, type ChannelAnswer } from '@signalbox/http2-channel';
import { parseRetryAfter } from '../retry-wait.js';
import { UnderWay } from '../under-way.js';
import { WaitGivenUp, withinLimits } from '../within-limits.js';
import { type AccessToken, AccessTokens, notAuthorized } from './access-token.js';
import { readBody, type FcmAnswer } from './fcm-answer.js';
import { refusesToken } from './fcm-outcome.js';
import type { FcmRequest, FcmTransport, FcmTransportOptions } from './fcm-transport.js';
import { postForm } from './post-form.js';

const GOOGLE = 'https://fcm.googleapis.com';
/** Middleboxes forget connections that were idle for a few minutes, and tell nobody. */
const CHECK_AFTER_IDLE_MS = 60_000;
/** A connection that was opened so recently is not left because of an answer. */
const MIN_CONNECTION_AGE_MS = 10_000;
/** Google's errors have a few hundred bytes, a proxy's page a few thousand. */
const LARGEST_ANSWER = 65_536;

/** FCM over our own HTTP/2 (docs/adr/0006-fcm-client.md). */
export class OwnFcmTransport implements FcmTransport {
  private readonly channel: Http2Channel;
  private readonly tokens: AccessTokens;
  private readonly authority: string;
  private readonly path: string;
  private readonly underWay = new UnderWay();
  private readonly closed = new AbortController();

  constructor(private readonly options: FcmTransportOptions) {
    const { secret, limits, figures } = options;
    const { endpoint } = secret;
    const origin = endpoint?.origin ?? GOOGLE;
    this.authority = new URL(origin).host;
    this.path = `/v1/projects/${encodeURIComponent(secret.project_id)}/messages:send`;
    // Half the time, so that who waits for a token is told of its failure and not of a deadline.
    const form = { endpoint, deadlineMs: limits.deadlineMs / 2, signal: this.closed.signal };
    this.tokens = new AccessTokens(secret, (url, body) => postForm(url, body, form));
    this.channel = new Http2Channel({
      origin,
      ca: endpoint?.ca,
      sessions: limits.connections,
      streams: limits.streams,
      warmUp: 'settings',
      whileUnreachable: 'wait',
      tickMs: limits.tickMs,
      checkAfterIdleMs: CHECK_AFTER_IDLE_MS,
      minSessionAgeMs: MIN_CONNECTION_AGE_MS,
      maxBodyBytes: LARGEST_ANSWER,
      figures,
    });
  }

  get isIdle(): boolean {
    return this.underWay.isIdle;
  }

  async send(request: FcmRequest, signal?: AbortSignal): Promise<FcmAnswer> {
    const refusal = this.underWay.begin(request.id);
    if (refusal) return refusal;
    const began = performance.now();
    const { deadlineMs } = this.options.limits;
    try {
      const token = this.tokens.known ?? (await withinLimits(this.tokens.get(), { deadlineMs, signal }));
      const left = deadlineMs - (performance.now() - began);
      const answer = read(
        await this.channel.request(this.http(request, token), { deadlineMs: left, signal }),
        Date.now() - token.fetchedAt,
      );
      if (refusesToken(answer)) this.tokens.discard(token);
      return answer;
    } catch (error) {
      return error instanceof WaitGivenUp ? { kind: 'unsent', code: error.code } : notAuthorized(error);
    } finally {
      this.underWay.end(request.id);
    }
  }

  async close(): Promise<void> {
    await this.underWay.close();
    // The one on which a token is fetched for messages that were given up.
    this.closed.abort();
    await this.channel.close();
  }

  private http({ target, payload, validateOnly }: FcmRequest, token: AccessToken): { headers: string[]; body: string } {
    const headers = [
      ':method',
      'POST',
      ':scheme',
      'https',
      ':authority',
      this.authority,
      ':path',
      this.path,
      'authorization',
      `Bearer ${token.value}`,
      'content-type',
      'application/json',
    ];
    const checked = validateOnly === true ? { validate_only: true } : {};
    return { headers, body: JSON.stringify({ ...checked, message: { ...payload, ...target } }) };
  }
}

function read(answer: ChannelAnswer, tokenAgeMs: number): FcmAnswer {
  if (answer.kind === 'unanswered') {
    const { kind, code, status } = answer;
    return { kind, code, ...(status !== undefined && { status }) };
  }
  if (answer.kind !== 'answered') return answer;
  const { status, headers, body } = answer;
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? '', Date.now());
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: 'answered', status, ...readBody(body), ...waits, tokenAgeMs };
}
