/** What is being waited for: a connection, answers, the end of a session that carries nothing any more. */
export type Watched = 'connection' | 'answers' | 'end';

/** Silent ticks that are borne; one more, and the peer is lost. */
const PATIENCE: Readonly<Record<Watched, number>> = { connection: 6, answers: 3, end: 0 };
/** The silent tick at which a ping goes out: a slow answer is not a dead peer, and a live peer answers pings. */
const PING_AT = 2;

export interface WatchdogOptions {
  readonly tickMs: number;
  readonly ping: () => void;
  readonly lost: (watched: Watched) => void;
}

/**
 * Notices that the other side has fallen silent, for which TCP alone needs many minutes. Silence is counted in ticks of
 * our own timer, not in clock time: after a pause of this process (a suspended machine, a long garbage collection) the
 * answers that wait in the socket are read before the next tick. There is no timer while nothing is watched.
 */
export class Watchdog {
  private watched: Watched | undefined;
  private silentTicks = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: WatchdogOptions) {}

  /** From now on this is waited for; undefined: nothing. */
  watch(watched: Watched | undefined): void {
    if (watched === this.watched) return;
    this.watched = watched;
    this.silentTicks = 0;
    clearInterval(this.timer);
    this.timer = watched && setInterval(() => this.tick(watched), this.options.tickMs);
  }

  /** Something came from the peer. */
  heard(): void {
    this.silentTicks = 0;
  }

  private tick(watched: Watched): void {
    this.silentTicks += 1;
    if (this.silentTicks > PATIENCE[watched]) this.options.lost(watched);
    else if (watched === 'answers' && this.silentTicks === PING_AT) this.options.ping();
  }
}
