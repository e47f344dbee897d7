/** Why a flight was given up: its time was over, or its caller wants the answer no longer. */
export type GivenUp = 'TIMEOUT' | 'ABORTED';

export interface FlightOptions<Answer> {
  /** Milliseconds from now after which it is given up. */
  readonly deadlineMs: number;
  /** Aborting it gives the flight up at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * What a flight that is given up lands with; the place to stop what is under way. Called once at most, and by the
   * constructor when `signal` is aborted already.
   */
  readonly giveUp: (why: GivenUp) => Answer;
  /** Called once, before whoever awaits `landed` goes on. */
  readonly onLanding?: ((answer: Answer) => void) | undefined;
}

/**
 * One attempt at something that may never answer. It lands exactly once, with whatever is first: an answer, its deadline
 * or an abort. Nothing of it is left behind then, no timer and no listener.
 */
export class Flight<Answer> {
  readonly landed: Promise<Answer>;
  private resolve!: (answer: Answer) => void;
  private over = false;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: FlightOptions<Answer>) {
    this.landed = new Promise((resolve) => (this.resolve = resolve));
    const { signal, deadlineMs } = options;
    if (signal?.aborted) {
      this.abort();
      return;
    }
    this.timer = setTimeout(() => this.giveUp('TIMEOUT'), deadlineMs);
    signal?.addEventListener('abort', this.abort, { once: true });
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Milliseconds since it began. */
  get ageMs(): number {
    return performance.now() - this.startedAt;
  }

  /** The first answer counts; answers whether this was it. */
  land(answer: Answer): boolean {
    if (this.over) return false;
    this.over = true;
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.abort);
    this.options.onLanding?.(answer);
    this.resolve(answer);
    return true;
  }

  private readonly abort = (): void => this.giveUp('ABORTED');

  private giveUp(why: GivenUp): void {
    if (!this.over) this.land(this.options.giveUp(why));
  }
}
