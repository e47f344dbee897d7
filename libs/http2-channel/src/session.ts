import { connect, type ClientHttp2Session, type Settings } from 'node:http2';
import type { Socket } from 'node:net';
import type { ChannelAnswer } from './channel-answer.js';
import type { ChannelFigures } from './channel-figures.js';
import type { ChannelOptions } from './channel-options.js';
import type { Carrier, Exchange } from './exchange.js';
import { onceUp, openSocket, speaksHttp2 } from './open-socket.js';
import { Watchdog, type Watched } from './watchdog.js';

/** Node's ten megabytes are too little for a thousand streams with a body each. */
const MEMORY_MB = 64;
/** A peer that answers pings and no requests is left after so many deadlines in a row. */
const TIMEOUTS_IN_A_ROW = 2;

export interface SessionHooks {
  /** It has room for another request, or will never have any again. */
  readonly onRoom: () => void;
  /** It answered its first request. */
  readonly onProof: () => void;
  readonly onEnd: (session: Session) => void;
}

/**
 * One HTTP/2 session, from the first packet of its connection on. It ends by itself: when the peer says so, breaks the
 * connection or falls silent, and when it was left and carries nothing any more.
 */
export class Session implements Carrier {
  readonly maxBodyBytes: number;
  /** Whether a request was ever answered on it. */
  isProven = false;
  private readonly socket: Socket;
  private readonly watchdog: Watchdog;
  private readonly openedAt = Date.now();
  private http2: ClientHttp2Session | undefined;
  private state: 'connecting' | 'open' | 'leaving' | 'ended' = 'connecting';
  private isChecking = false;
  private carrying = 0;
  /** Since when it has carried nothing and nothing vouches for it. */
  private idleSince: number | undefined;
  private allowed: number | undefined;
  private timeouts = 0;
  private lastStreamId: number | undefined;
  private endedFor: string | undefined;

  constructor(
    readonly id: number,
    private readonly options: ChannelOptions,
    private readonly figures: ChannelFigures,
    private readonly hooks: SessionHooks,
  ) {
    this.maxBodyBytes = options.maxBodyBytes;
    this.watchdog = new Watchdog({
      tickMs: options.tickMs,
      ping: () => this.ping(),
      lost: (watched) => this.lost(watched),
    });
    this.watchdog.watch('connection');
    this.socket = openSocket(new URL(options.origin), options.ca, options.lookup);
    // For as long as it lives: a broken TLS socket may say so twice, and an error that nobody hears ends the process.
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.endedFor ??= error.code));
    this.socket.once('close', () => {
      if (!this.http2) this.ended();
    });
    onceUp(this.socket, () => this.begin());
  }

  /** Whether it takes requests, or will once it is connected. */
  get isUsable(): boolean {
    return this.state === 'connecting' || this.isOpen;
  }

  /** Whether it may soon take more than it does now, so that there is no need of another session yet. */
  get isWarming(): boolean {
    return this.state === 'connecting' || (this.isOpen && (this.isChecking || !this.isWarm));
  }

  get hasRoom(): boolean {
    return this.isOpen && !this.isChecking && this.carrying < this.capacity;
  }

  /** Idle for so long that it may be dead without anybody having noticed. */
  get isStale(): boolean {
    return this.idleSince !== undefined && Date.now() - this.idleSince >= this.options.checkAfterIdleMs;
  }

  /** Why it ended before it was of use, or `undefined`. */
  get failure(): string | undefined {
    return this.isProven || this.endedFor === 'LEFT' ? undefined : (this.endedFor ?? 'CONNECTION_CLOSED');
  }

  get givenUpFor(): string | undefined {
    return this.endedFor === 'PEER_SILENT' ? this.endedFor : undefined;
  }

  excludes(streamId: number): boolean {
    return this.lastStreamId !== undefined && streamId > this.lastStreamId;
  }

  heard(): void {
    this.watchdog.heard();
  }

  /** Only while it has room. */
  carry(exchange: Exchange): void {
    this.idleSince = undefined;
    this.carrying += 1;
    this.figures.streams += 1;
    this.rewatch();
    exchange.board(this.http2!, this);
  }

  landed(answer: ChannelAnswer): void {
    this.carrying -= 1;
    this.figures.streams -= 1;
    if (this.carrying === 0) this.idleSince = Date.now();
    if (answer.kind === 'answered') this.proved();
    else if (answer.code === 'TIMEOUT') this.timeouts += 1;
    if (this.timeouts >= TIMEOUTS_IN_A_ROW) this.leave();
    this.rewatch();
    this.hooks.onRoom();
  }

  /** Trusts it with requests again once it has answered a ping; if it does not, it ends as silent. */
  check(): void {
    this.isChecking = true;
    this.rewatch();
    this.ping();
  }

  /** Takes no more requests; what it carries may still be answered. */
  leave(): void {
    if (!this.isUsable) return;
    if (this.state === 'connecting') return this.destroy('LEFT');
    this.state = 'leaving';
    this.endedFor = 'LEFT';
    this.isChecking = false;
    this.http2?.close();
    this.rewatch();
    this.hooks.onRoom();
  }

  /** `leave`, unless it is so young that leaving it would look like an attack. */
  leaveUnlessYoung(): void {
    if (Date.now() - this.openedAt >= this.options.minSessionAgeMs) this.leave();
  }

  private begin(): void {
    if (!speaksHttp2(this.socket)) return this.destroy('NO_HTTP2');
    const http2 = connect(this.options.origin, {
      createConnection: () => this.socket,
      settings: { enablePush: false },
      maxSessionMemory: MEMORY_MB,
    });
    this.http2 = http2;
    this.figures.opened += 1;
    this.figures.sessions += 1;
    http2.on('error', (error: NodeJS.ErrnoException) => (this.endedFor ??= error.code));
    http2.on('close', () => this.ended());
    http2.on('goaway', (_code, lastStreamId: number) => this.dismissed(lastStreamId));
    http2.on('remoteSettings', ({ maxConcurrentStreams }: Settings) => {
      this.allowed = maxConcurrentStreams ?? Infinity;
      this.hooks.onRoom();
    });
    http2.once('connect', () => {
      this.state = 'open';
      this.idleSince = Date.now();
      this.rewatch();
      this.hooks.onRoom();
    });
  }

  /** Node may have closed or destroyed it without having said so yet. */
  private get isOpen(): boolean {
    return this.state === 'open' && this.http2?.closed === false && !this.http2.destroyed;
  }

  private get isWarm(): boolean {
    return this.options.warmUp === 'one-stream' ? this.isProven : this.allowed !== undefined;
  }

  private get capacity(): number {
    return this.isWarm ? Math.min(this.options.streams, this.allowed ?? Infinity) : 1;
  }

  private proved(): void {
    this.timeouts = 0;
    if (this.isProven) return;
    this.isProven = true;
    this.hooks.onProof();
  }

  /** The peer asks us to leave. Node then closes the session by itself, gracefully where it can. */
  private dismissed(lastStreamId: number): void {
    this.lastStreamId = lastStreamId;
    if (!this.isUsable) return;
    this.figures.goaways += 1;
    this.state = 'leaving';
    this.isChecking = false;
    this.rewatch();
    this.hooks.onRoom();
  }

  private rewatch(): void {
    if (this.state === 'ended') this.watchdog.watch(undefined);
    else if (this.carrying > 0 || this.isChecking) this.watchdog.watch('answers');
    else this.watchdog.watch(this.state === 'leaving' ? 'end' : undefined);
  }

  private ping(): void {
    if (!this.http2 || this.http2.destroyed) return;
    this.http2.ping((error) => {
      if (error !== null) return;
      this.heard();
      if (!this.isChecking) return;
      this.isChecking = false;
      this.idleSince = undefined;
      this.rewatch();
      this.hooks.onRoom();
    });
  }

  private lost(watched: Watched): void {
    if (watched === 'answers') this.figures.silent += 1;
    this.destroy(watched === 'answers' ? 'PEER_SILENT' : 'CONNECT_TIMEOUT');
  }

  /**
   * Ends it at once. The socket has to be destroyed as well: a session that was closing waits for the peer's FIN, which
   * never comes from a peer that is gone.
   */
  private destroy(why: string): void {
    this.endedFor = why;
    this.http2?.destroy();
    this.socket.destroy();
  }

  private ended(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.isChecking = false;
    this.watchdog.watch(undefined);
    if (this.http2) this.figures.sessions -= 1;
    this.hooks.onEnd(this);
  }
}
