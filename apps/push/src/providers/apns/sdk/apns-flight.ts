import { constants, type ClientHttp2Stream, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { Flight, type GivenUp } from '@signalbox/resilience';
import { readApnsAnswer, type ApnsAnswer } from '../apns-answer.js';
import type { Connection } from './connection.js';

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/**
 * One request, from the wait for a free stream to its answer. The answer is read from the HTTP/2 stream itself,
 * because the library's own result has no Retry-After, loses the status of an answer that comes while the connection
 * closes, and never settles for some ways in which a stream can end.
 */
export class ApnsFlight {
  connection: Connection | undefined;
  private readonly flight: Flight<ApnsAnswer>;
  private stream: ClientHttp2Stream | undefined;
  private headers: ResponseHeaders | undefined;
  private body = '';
  private errorCode: string | undefined;
  private jwtAgeMs = 0;

  constructor(deadlineMs: number, signal: AbortSignal | undefined) {
    this.flight = new Flight<ApnsAnswer>({
      deadlineMs,
      signal,
      giveUp: (why) => this.giveUp(why),
      onLanding: (answer) => this.connection?.landed(answer),
    });
  }

  get landed(): Promise<ApnsAnswer> {
    return this.flight.landed;
  }

  get ageMs(): number {
    return this.flight.ageMs;
  }

  get isOver(): boolean {
    return this.flight.isOver;
  }

  board(stream: ClientHttp2Stream, connection: Connection, jwtAgeMs: number): void {
    this.stream = stream;
    this.connection = connection;
    this.jwtAgeMs = jwtAgeMs;
    connection.carries();
    stream.on('response', (headers) => {
      this.headers = headers;
      connection.heard();
    });
    stream.on('data', (chunk: string | Buffer) => (this.body += chunk.toString()));
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const cause = error.cause as NodeJS.ErrnoException | undefined;
      this.errorCode = cause?.code ?? error.code;
    });
    stream.on('close', () => {
      if (!this.isOver) this.flight.land(this.read('RESET'));
    });
  }

  /** The library is done with the request. Without a stream nothing can have been sent; else the stream tells. */
  returned(code: string): void {
    if (!this.stream) this.flight.land({ kind: 'unsent', code });
  }

  private giveUp(code: GivenUp): ApnsAnswer {
    const answer = this.read(code);
    // A stream that waits for TLS would still be sent, and then reset; destroying it keeps "unsent" true.
    if (this.stream?.pending) this.stream.destroy();
    else this.stream?.close(constants.NGHTTP2_CANCEL);
    return answer;
  }

  private read(code: string): ApnsAnswer {
    const { headers, stream, body, jwtAgeMs } = this;
    const status = headers?.[':status'];
    if (headers && status !== undefined) return readApnsAnswer({ status, headers, body, jwtAgeMs });
    // A stream gets its id when its request is handed to the connection, which waits for TLS.
    if (stream?.id === undefined) return { kind: 'unsent', code: this.errorCode ?? code };
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return { kind: 'unprocessed', code: 'REFUSED_STREAM' };
    if (this.connection?.excludes(stream.id)) return { kind: 'unprocessed', code: 'GOAWAY' };
    return { kind: 'unanswered', code };
  }
}
