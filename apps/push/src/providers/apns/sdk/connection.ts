import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { ApnsAnswer } from '../apns-answer.js';

/** How many ticks a TLS handshake may take, and how many a ping may stay unanswered. */
const CONNECT_TICKS = 6;
const PING_TICKS = 2;
const TIMEOUTS_IN_A_ROW = 2;

/**
 * Watches one HTTP/2 connection while it carries requests, and destroys it when the other side has fallen silent: TCP
 * alone needs many minutes to notice. A silent connection is pinged, because a slow answer is not a dead peer; a peer
 * that still answers pings but no requests is left after two timeouts in a row.
 *
 * Silence is counted in ticks of our own timer, not in clock time: after a pause of this process (a suspended
 * machine, a long garbage collection) the answers that wait in the socket are read before the next tick.
 */
export class Connection {
  readonly openedAt = Date.now();
  private carried = 0;
  private proven = false;
  private silentTicks = 0;
  private timeouts = 0;
  private lastStreamId: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly session: ClientHttp2Session,
    private readonly socket: Socket,
    private readonly tickMs: number,
  ) {
    session.on('connect', () => this.heard());
    session.on('goaway', (_code, lastStreamId: number) => (this.lastStreamId = lastStreamId));
  }

  get isOpen(): boolean {
    return !this.session.closed && !this.session.destroyed;
  }

  /** Requests under way. */
  get carrying(): number {
    return this.carried;
  }

  /**
   * Requests it may carry at once, `most` or what the peer allows. Apple allows one until it has accepted a provider
   * token, and refuses what a burst on a new connection sends above that.
   */
  capacity(most: number): number {
    if (!this.proven) return 1;
    return Math.max(1, Math.min(most, this.session.remoteSettings.maxConcurrentStreams ?? most));
  }

  /** Whether the peer said, in a GOAWAY, that it did not act on this stream (RFC 9113, section 6.8). */
  excludes(streamId: number): boolean {
    return this.lastStreamId !== undefined && streamId > this.lastStreamId;
  }

  heard(): void {
    this.silentTicks = 0;
  }

  carries(): void {
    this.carried += 1;
    if (this.carried > 1) return;
    this.silentTicks = 0;
    this.timer = setInterval(() => this.tick(), this.tickMs);
  }

  landed(answer: ApnsAnswer): void {
    this.carried -= 1;
    if (this.carried === 0) clearInterval(this.timer);
    if (answer.kind === 'answered') {
      this.proven = true;
      this.timeouts = 0;
    } else if (answer.code === 'TIMEOUT') {
      this.timeouts += 1;
    }
    if (this.timeouts >= TIMEOUTS_IN_A_ROW) void this.destroy();
  }

  /** Takes no more requests; what it carries may still be answered. */
  leave(): void {
    if (!this.session.closed && !this.session.destroyed) this.session.close();
  }

  /**
   * Ends it at once. The socket has to be destroyed as well: a session that was closing waits for the peer's FIN, which
   * never comes from a peer that is gone.
   */
  async destroy(): Promise<void> {
    if (this.session.destroyed && this.socket.destroyed) return;
    const closed = new Promise<void>((resolve) => this.session.once('close', resolve));
    this.session.destroy();
    this.socket.destroy();
    await closed;
  }

  private tick(): void {
    if (this.session.destroyed) return;
    this.silentTicks += 1;
    if (this.session.connecting) {
      if (this.silentTicks > CONNECT_TICKS) void this.destroy();
    } else if (this.silentTicks > 1 + PING_TICKS) {
      void this.destroy();
    } else if (this.silentTicks === 2) {
      this.session.ping((error) => {
        if (error === null) this.heard();
      });
    }
  }
}
