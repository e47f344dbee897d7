import { Http2Channel, type ChannelAnswer, type RequestLimits } from '@signalbox/http2-channel';
import { UnderWay } from '../under-way.js';
import { WaitGivenUp, withinLimits } from '../within-limits.js';
import { readApnsAnswer, type ApnsAnswer } from './apns-answer.js';
import { endsConnection } from './apns-outcome.js';
import type { ApnsRequest, ApnsTransport, ApnsTransportOptions } from './apns-transport.js';
import { ProviderTokenMissing, type UsableToken } from './provider-token/shared-provider-token.js';

/** Middleboxes forget connections that were idle for a few minutes, and tell nobody. */
const CHECK_AFTER_IDLE_MS = 60_000;
/** Apple's error bodies have two fields. */
const LARGEST_ANSWER = 16_384;

/** Apple's push service over our own HTTP/2 (docs/adr/0003-apns-client.md). */
export class OwnApnsTransport implements ApnsTransport {
  private readonly channel: Http2Channel;
  private readonly authority: string;
  private readonly underWay = new UnderWay();

  constructor(private readonly options: ApnsTransportOptions) {
    const { origin, ca, limits, figures } = options;
    this.authority = new URL(origin).host;
    this.channel = new Http2Channel({
      origin,
      ca,
      sessions: limits.connections,
      streams: limits.streams,
      warmUp: 'one-stream',
      whileUnreachable: 'wait',
      tickMs: limits.tickMs,
      checkAfterIdleMs: CHECK_AFTER_IDLE_MS,
      minSessionAgeMs: limits.minConnectionAgeMs,
      maxBodyBytes: LARGEST_ANSWER,
      figures,
    });
  }

  get isIdle(): boolean {
    return this.underWay.isIdle;
  }

  async send(request: ApnsRequest, signal?: AbortSignal): Promise<ApnsAnswer> {
    const refusal = this.underWay.begin(request.id);
    if (refusal) return refusal;
    const { deadlineMs } = this.options.limits;
    try {
      const token = this.options.token();
      if (token instanceof Promise) return await this.sendOnceKnown(request, token, { deadlineMs, signal });
      return this.read(await this.channel.request(this.http(request, token), { deadlineMs, signal }), token);
    } catch (error) {
      if (error instanceof ProviderTokenMissing || error instanceof WaitGivenUp)
        return { kind: 'unsent', code: error.code };
      throw error;
    } finally {
      this.underWay.end(request.id);
    }
  }

  /** The deadline is for the wait as well. */
  private async sendOnceKnown(
    request: ApnsRequest,
    known: Promise<UsableToken>,
    { deadlineMs, signal }: RequestLimits,
  ): Promise<ApnsAnswer> {
    const began = performance.now();
    const token = await withinLimits(known, { deadlineMs, signal });
    const left = deadlineMs - (performance.now() - began);
    return this.read(await this.channel.request(this.http(request, token), { deadlineMs: left, signal }), token);
  }

  async close(): Promise<void> {
    await this.underWay.close();
    await this.channel.close();
  }

  private http(request: ApnsRequest, { jwt }: UsableToken): { headers: string[]; body: string } {
    const headers = [
      ':method',
      'POST',
      ':scheme',
      'https',
      ':authority',
      this.authority,
      ':path',
      `/3/device/${encodeURIComponent(request.deviceToken)}`,
      'authorization',
      `bearer ${jwt}`,
      'apns-id',
      request.id,
      'apns-topic',
      request.topic,
      'apns-push-type',
      request.pushType,
      'apns-priority',
      request.priority === 10 ? '10' : '5',
      'apns-expiration',
      String(request.expiration),
      'apns-collapse-id',
      request.collapseId,
    ];
    return { headers, body: request.json };
  }

  private read(answer: ChannelAnswer, { ageMs: jwtAgeMs }: UsableToken): ApnsAnswer {
    if (answer.kind === 'answered') {
      const read = readApnsAnswer({ ...answer, jwtAgeMs });
      if (endsConnection(read)) this.channel.leave(answer.sessionId);
      return read;
    }
    // The status says enough of an answer whose end is lost.
    if (answer.kind === 'unanswered' && answer.status !== undefined) {
      const { status, headers = {} } = answer;
      return readApnsAnswer({ status, headers, body: '', jwtAgeMs });
    }
    return { kind: answer.kind, code: answer.code };
  }
}
