import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { Flight } from '@signalbox/resilience';
import type { FcmAnswer } from '../fcm-answer.js';

/**
 * One message, from the wait for a free connection to its answer. The answer is taken from the client library when it
 * has one. The library does not tell whether anything was sent, waits 15 seconds, cannot be cancelled, and never
 * settles when an answer breaks off: all that is read from the HTTP request itself.
 */
export class FcmFlight {
  private readonly flight: Flight<FcmAnswer>;
  private request: ClientRequest | undefined;
  /** The connection was up with the request on it, so Google may have it. */
  private isOut = false;
  private response: IncomingMessage | undefined;
  private errorCode: string | undefined;

  constructor(deadlineMs: number, signal: AbortSignal | undefined) {
    this.flight = new Flight<FcmAnswer>({
      deadlineMs,
      signal,
      giveUp: (why) => {
        const answer = this.withoutAnswer(why);
        // Without TLS nothing is sent any more, which keeps "unsent" true; else the connection is of no use.
        this.request?.destroy();
        return answer;
      },
    });
  }

  get landed(): Promise<FcmAnswer> {
    return this.flight.landed;
  }

  get ageMs(): number {
    return this.flight.ageMs;
  }

  get isOver(): boolean {
    return this.flight.isOver;
  }

  board(request: ClientRequest): void {
    this.request = request;
    request.once('socket', (socket) => {
      // Set once the handshake is done and the certificate checked; what waits for that is not sent before.
      this.isOut = (socket as TLSSocket).authorized;
      if (!this.isOut) socket.once('secureConnect', () => (this.isOut = true));
    });
    request.once('response', (response) => (this.response = response));
    request.once('error', (error: NodeJS.ErrnoException) => (this.errorCode = error.code));
    // The library settles in the promises that follow; only what it leaves unsettled is settled here.
    request.once('close', () => setImmediate(() => this.breakOff()));
  }

  settle(answer: FcmAnswer): void {
    this.flight.land(answer);
  }

  /** The library has no answer. `code` says why, unless the connection said it before. */
  fail(code: string): void {
    this.flight.land(this.withoutAnswer(code));
  }

  private withoutAnswer(code: string): FcmAnswer {
    const { response } = this;
    const why = this.errorCode ?? code;
    if (!this.isOut) return { kind: 'unsent', code: why };
    if (!response) return { kind: 'unanswered', code: why };
    return { kind: 'unanswered', code: why, status: response.statusCode ?? 0 };
  }

  private breakOff(): void {
    if (!this.response?.complete) this.fail('BROKEN_OFF');
  }
}
