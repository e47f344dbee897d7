import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { FcmAnswer } from './fcm-answer.js';

/**
 * One message, from the wait for a free connection to its answer. The answer is taken from the client library when it
 * has one. The library does not tell whether anything was sent, waits 15 seconds, cannot be cancelled, and never
 * settles when an answer breaks off: all that is read from the HTTP request itself.
 */
export class Flight {
  readonly landed: Promise<FcmAnswer>;
  private land!: (answer: FcmAnswer) => void;
  private over = false;
  private request: ClientRequest | undefined;
  /** The connection was up with the request on it, so Google may have it. */
  private isOut = false;
  private response: IncomingMessage | undefined;
  private errorCode: string | undefined;
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

  board(request: ClientRequest): void {
    this.request = request;
    request.once('socket', (socket) => {
      // Set once the handshake is done and the certificate checked; what waits for that is not sent before.
      this.isOut = (socket as TLSSocket).authorized;
      socket.once('secureConnect', () => (this.isOut = true));
    });
    request.once('response', (response) => (this.response = response));
    request.once('error', (error: NodeJS.ErrnoException) => (this.errorCode = error.code));
    // The library settles in the promises that follow; only what it leaves unsettled is settled here.
    request.once('close', () => setImmediate(() => this.breakOff()));
  }

  settle(answer: FcmAnswer): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    this.signal?.removeEventListener('abort', this.abort);
    this.land(answer);
  }

  /** The library has no answer. `code` says why, unless the connection said it before. */
  fail(code: string): void {
    const { response } = this;
    const why = this.errorCode ?? code;
    if (!this.isOut) this.settle({ kind: 'unsent', code: why });
    else if (!response) this.settle({ kind: 'unanswered', code: why });
    else this.settle({ kind: 'unanswered', code: why, status: response.statusCode ?? 0 });
  }

  private readonly abort = (): void => this.giveUp('ABORTED');

  private giveUp(code: 'TIMEOUT' | 'ABORTED'): void {
    this.fail(code);
    // Without TLS nothing is sent any more, which keeps "unsent" true; else the connection is of no use.
    this.request?.destroy();
  }

  private breakOff(): void {
    if (!this.response?.complete) this.fail('BROKEN_OFF');
  }
}
