import {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { Flight, type GivenUp } from '@signalbox/resilience';
import type { ChannelAnswer, ChannelRequest, RequestLimits } from './channel-answer.js';

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** What an exchange asks of the session that carries it. */
export interface Carrier {
  readonly id: number;
  readonly maxBodyBytes: number;
  /** Why the session was given up by us, if it was. */
  readonly givenUpFor: string | undefined;
  /** Whether the peer said, in a GOAWAY, that it did not act on this stream. */
  excludes(streamId: number): boolean;
  heard(): void;
}

export interface ExchangeOwner {
  readonly onLanding: (answer: ChannelAnswer, exchange: Exchange) => void;
  /** Why no session can be opened, if that is so: it tells more than that time is over. */
  readonly whyUnreachable: () => string | undefined;
}

/** One request and its answer: waiting at first, then on a stream of a session. */
export class Exchange {
  private readonly flight: Flight<ChannelAnswer>;
  private carrier: Carrier | undefined;
  private stream: ClientHttp2Stream | undefined;
  private headers: ResponseHeaders | undefined;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly request: ChannelRequest,
    private readonly limits: RequestLimits,
    private readonly owner: ExchangeOwner,
  ) {
    this.flight = new Flight<ChannelAnswer>({
      deadlineMs: limits.deadlineMs,
      signal: limits.signal,
      giveUp: (why) => this.giveUp(why),
      onLanding: (answer) => owner.onLanding(answer, this),
    });
  }

  get answer(): Promise<ChannelAnswer> {
    return this.flight.landed;
  }

  get isOver(): boolean {
    return this.flight.isOver;
  }

  /** Neither over nor given to a session. */
  get isWaiting(): boolean {
    return !this.isOver && this.carrier === undefined;
  }

  /** The session that it was given to, if it was. */
  get session(): Carrier | undefined {
    return this.carrier;
  }

  /** The deadline is for waiting and answering; what has waited for half of it would go out only to be given up. */
  get hasWaitedTooLong(): boolean {
    return this.flight.ageMs > this.limits.deadlineMs / 2;
  }

  /** Ends it before it was sent. */
  fail(code: string): void {
    this.flight.land({ kind: 'unsent', code });
  }

  /** Sends it. */
  board(http2: ClientHttp2Session, carrier: Carrier): void {
    this.carrier = carrier;
    try {
      this.stream = http2.request(this.request.headers);
    } catch (error) {
      return this.fail((error as NodeJS.ErrnoException).code ?? 'NOT_A_REQUEST');
    }
    this.stream.on('response', (headers, flags) => this.begin(headers, flags));
    this.stream.on('error', ignore);
    this.stream.on('close', () => this.closed());
    this.stream.end(this.request.body);
  }

  private begin(headers: ResponseHeaders, flags: number): void {
    this.headers = headers;
    this.carrier?.heard();
    if (flags & constants.NGHTTP2_FLAG_END_STREAM) {
      this.stream?.resume();
      this.complete();
      return;
    }
    this.stream?.on('data', (chunk: Buffer) => this.take(chunk));
    this.stream?.on('end', () => this.complete());
  }

  private take(chunk: Buffer): void {
    this.carrier?.heard();
    this.bytes += chunk.length;
    if (this.bytes <= (this.carrier?.maxBodyBytes ?? 0)) {
      this.chunks.push(chunk);
      return;
    }
    this.flight.land(this.unanswered('BODY_TOO_LARGE'));
    this.stream?.close(constants.NGHTTP2_CANCEL);
  }

  private complete(): void {
    const { headers, chunks, carrier, stream } = this;
    if (!headers || !carrier) return;
    // A stream that is reset, or shorter than its length says, ends as well.
    if (stream?.rstCode !== constants.NGHTTP2_NO_ERROR) return this.closed();
    const body = chunks.length === 0 ? '' : Buffer.concat(chunks).toString();
    const status = headers[':status'] ?? 0;
    this.flight.land({ kind: 'answered', status, headers, body, sessionId: carrier.id });
  }

  private closed(): void {
    if (!this.isOver) this.flight.land(this.read('RESET'));
  }

  private giveUp(why: GivenUp): ChannelAnswer {
    const answer = this.read(why);
    // Before it has an id a stream would still be sent; destroying it keeps "unsent" true.
    if (this.stream?.pending) this.stream.destroy();
    else this.stream?.close(constants.NGHTTP2_CANCEL);
    return answer;
  }

  /** What is known of a request that got no whole answer. */
  private read(code: GivenUp | 'RESET'): ChannelAnswer {
    const { stream, carrier } = this;
    if (stream?.id === undefined)
      return { kind: 'unsent', code: code === 'TIMEOUT' ? (this.owner.whyUnreachable() ?? code) : code };
    if (this.headers) return this.unanswered(code === 'RESET' ? 'BROKEN_OFF' : code);
    if (carrier?.excludes(stream.id)) return { kind: 'unprocessed', code: 'GOAWAY' };
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return { kind: 'unprocessed', code: 'REFUSED_STREAM' };
    return this.unanswered(code);
  }

  private unanswered(code: string): ChannelAnswer {
    const { headers, carrier } = this;
    const begun = headers && { status: headers[':status'] ?? 0, headers };
    return { kind: 'unanswered', code: code === 'RESET' ? (carrier?.givenUpFor ?? code) : code, ...begun };
  }
}

/** The stream's end tells what there is to know; without a listener its error would end the process. */
function ignore(): void {
  // Nothing to do.
}
