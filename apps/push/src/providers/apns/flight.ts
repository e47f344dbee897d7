import { constants, type ClientHttp2Stream, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { parseRetryAfter } from '../retry-wait.js';
import { parseErrorBody, type ApnsAnswer } from './apns-answer.js';
import type { Connection } from './connection.js';

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/**
 * One request, from the wait for a free stream to its answer. The answer is read from the HTTP/2 stream itself,
 * because the library's own result has no Retry-After, loses the status of an answer that comes while the connection
 * closes, and never settles for some ways in which a stream can end.
 */
export class Flight {
  readonly landed: Promise<ApnsAnswer>;
  connection: Connection | undefined;
  private land!: (answer: ApnsAnswer) => void;
  private over = false;
  private stream: ClientHttp2Stream | undefined;
  private headers: ResponseHeaders | undefined;
  private body = '';
  private errorCode: string | undefined;
  private jwtAgeMs = 0;
  private readonly startedAt = performance.now();
  private readonly deadline: NodeJS.Timeout;

  constructor(
    deadlineMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.landed = new Promise((resolve) => (this.land = resolve));
    this.deadline = setTimeout(() => this.giveUp('TIMEOUT'), deadlineMs);
    signal?.addEventListener('abort', this.abort, { once: true });
    if (signal?.aborted) this.abort();
  }

  get ageMs(): number {
    return performance.now() - this.startedAt;
  }

  get isOver(): boolean {
    return this.over;
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
    stream.on('close', () => this.settle(this.read('RESET')));
  }

  /** The library is done with the request. Without a stream nothing can have been sent; else the stream tells. */
  returned(code: string): void {
    if (!this.stream) this.settle({ kind: 'unsent', code });
  }

  private readonly abort = (): void => this.giveUp('ABORTED');

  private giveUp(code: 'TIMEOUT' | 'ABORTED'): void {
    const answer = this.read(code);
    this.settle(answer);
    // A stream that waits for TLS would still be sent, and then reset; destroying it keeps "unsent" true.
    if (this.stream?.pending) this.stream.destroy();
    else this.stream?.close(constants.NGHTTP2_CANCEL);
  }

  private read(code: string): ApnsAnswer {
    const status = this.headers?.[':status'];
    if (status !== undefined) return this.readAnswer(status);
    // A stream gets its id when its request is handed to the connection, which waits for TLS.
    if (this.stream?.id === undefined) return { kind: 'unsent', code: this.errorCode ?? code };
    if (this.stream.rstCode === constants.NGHTTP2_REFUSED_STREAM)
      return { kind: 'unprocessed', code: 'REFUSED_STREAM' };
    if (this.connection?.excludes(this.stream.id)) return { kind: 'unprocessed', code: 'GOAWAY' };
    return { kind: 'unanswered', code };
  }

  private readAnswer(status: number): ApnsAnswer {
    const apnsId = this.headers?.['apns-id'];
    const retryAfter = this.headers?.['retry-after'];
    const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, Date.now());
    return {
      kind: 'answered',
      status,
      ...parseErrorBody(this.body),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(typeof apnsId === 'string' && { apnsId }),
      jwtAgeMs: this.jwtAgeMs,
    };
  }

  private settle(answer: ApnsAnswer): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    this.signal?.removeEventListener('abort', this.abort);
    this.connection?.landed(answer);
    this.land(answer);
  }
}
