import type { ChannelAnswer, ChannelRequest, RequestLimits } from './channel-answer.js';
import { channelFigures, type ChannelFigures } from './channel-figures.js';
import type { ChannelOptions } from './channel-options.js';
import { ConnectBackoff } from './connect-backoff.js';
import { Exchange, type ExchangeOwner } from './exchange.js';
import { Session } from './session.js';
import { WaitingLine } from './waiting-line.js';

/**
 * Many short requests to one origin over few HTTP/2 sessions, opened when they are needed. Every request settles within
 * its deadline, with an answer that says whether it may be sent again (`ChannelAnswer`); nothing is ever sent twice here.
 * One channel per credential and environment: a session shows one sender to the peer.
 */
export class Http2Channel {
  private readonly figures: ChannelFigures;
  private readonly line = new WaitingLine<Exchange>();
  private readonly sessions = new Set<Session>();
  private readonly backoff = new ConnectBackoff();
  private readonly owner: ExchangeOwner = {
    onLanding: (answer, exchange) => this.landed(answer, exchange),
    whyUnreachable: () => (this.hasProven() ? undefined : this.backoff.lastCode),
  };
  private opened = 0;
  private underWay = 0;
  private isPumping = false;
  private reconnect: NodeJS.Timeout | undefined;
  private closing: PromiseWithResolvers<void> | undefined;

  constructor(private readonly options: ChannelOptions) {
    this.figures = options.figures ?? channelFigures();
  }

  get isIdle(): boolean {
    return this.underWay === 0;
  }

  /** Settles within the deadline and never rejects. */
  request(request: ChannelRequest, limits: RequestLimits): Promise<ChannelAnswer> {
    if (this.closing) return Promise.resolve({ kind: 'unsent', code: 'CLOSED' });
    this.underWay += 1;
    this.figures.waiting += 1;
    const exchange = new Exchange(request, limits, this.owner);
    if (!exchange.isOver) {
      this.line.push(exchange);
      this.pump();
      if (exchange.isWaiting) this.figures.waits += 1;
    }
    return exchange.answer;
  }

  /**
   * No more requests on this session: its peer said something after which it is of no use. A session younger than
   * `minSessionAgeMs` is kept.
   */
  leave(sessionId: number): void {
    for (const session of this.sessions) if (session.id === sessionId) session.leaveUnlessYoung();
  }

  /** Refuses new requests, lets those under way settle, then closes every session. */
  async close(): Promise<void> {
    if (!this.closing) {
      this.closing = Promise.withResolvers();
      this.pump();
      this.closeWhenDone();
    }
    await this.closing.promise;
  }

  private landed(answer: ChannelAnswer, exchange: Exchange): void {
    this.underWay -= 1;
    const { session } = exchange;
    if (session instanceof Session) session.landed(answer);
    else this.leftTheLine();
    if (this.closing) this.closeWhenDone();
  }

  private hasProven(): boolean {
    return [...this.sessions].some((session) => session.isUsable && session.isProven);
  }

  private leftTheLine(): void {
    this.figures.waiting -= 1;
    this.line.skip();
  }

  /** Starts as many of those that wait as there is room for, and sees to more room. */
  private pump(): void {
    // What is started here may end here and call back.
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.line.first()) {
      const session = this.sessionWithRoom();
      if (!session) break;
      this.start(this.line.shift()!, session);
    }
    this.isPumping = false;
    if (this.line.first()) this.makeRoom();
  }

  private start(exchange: Exchange, session: Session): void {
    if (exchange.hasWaitedTooLong) return exchange.fail('NO_FREE_STREAM');
    this.figures.waiting -= 1;
    session.carry(exchange);
  }

  private sessionWithRoom(): Session | undefined {
    for (const session of this.sessions) {
      if (!session.hasRoom) continue;
      if (!session.isStale) return session;
      session.check();
    }
    return undefined;
  }

  /** Asked after every answer while somebody waits. */
  private makeRoom(): void {
    let usable = 0;
    for (const session of this.sessions) {
      if (session.isWarming) return;
      if (session.isUsable) usable += 1;
    }
    if (usable >= this.options.sessions) return;
    const { waitMs, lastCode } = this.backoff;
    if (waitMs === 0) return this.open();
    if (usable === 0) this.failWaiting(lastCode ?? 'UNREACHABLE');
    if (!this.line.first()) return;
    this.reconnect ??= setTimeout(() => {
      this.reconnect = undefined;
      this.pump();
    }, waitMs);
  }

  private open(): void {
    this.opened += 1;
    const session = new Session(this.opened, this.options, this.figures, {
      onRoom: () => this.pump(),
      onProof: () => this.backoff.answered(),
      onEnd: (ended) => this.ended(ended),
    });
    this.sessions.add(session);
  }

  private ended(session: Session): void {
    this.sessions.delete(session);
    if (session.failure !== undefined) {
      this.figures.connectFailures += 1;
      this.backoff.failed(session.failure);
    }
    this.pump();
    if (this.closing) this.closeWhenDone();
  }

  /** Ends those that wait and may not go on waiting. */
  private failWaiting(code: string): void {
    const mayWait = this.options.whileUnreachable === 'wait' && !this.closing;
    for (let exchange = this.line.first(); exchange; exchange = this.line.first()) {
      if (mayWait && !exchange.hasWaitedTooLong) return;
      this.line.shift();
      exchange.fail(code);
    }
  }

  private closeWhenDone(): void {
    if (!this.isIdle) return;
    clearTimeout(this.reconnect);
    for (const session of this.sessions) session.leave();
    if (this.sessions.size === 0) this.closing?.resolve();
  }
}
