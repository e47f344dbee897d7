import { atBeat } from './beat.js';

/** Something that a process does again and again for as long as it runs. */
export class Chore {
  private cancelNext: (() => void) | undefined;
  private round: Promise<void> = Promise.resolve();
  private isRunning = false;
  private isAskedAgain = false;
  private readonly stopping = new AbortController();

  /**
   * @param everyMs from the beginning of one round to that of the next, less at the first: rounds of all chores share their wake-ups. A
   *   round that takes longer is not joined by another.
   * @param run one round. It answers for its own errors; `signal` tells a long one that it may leave the rest.
   */
  constructor(
    private readonly everyMs: number,
    private readonly run: (signal: AbortSignal) => Promise<void>,
  ) {}

  /** The first round begins now. */
  start(): void {
    this.begin();
    this.startLater();
  }

  /** The first round begins when `everyMs` have passed: at once there is nothing to do. */
  startLater(): void {
    this.waitForNext();
  }

  /** There is something to do: a round begins now, or as soon as the one under way has ended. Nothing once it is stopped. */
  soon(): void {
    this.isAskedAgain = this.isRunning;
    this.begin();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.cancelNext?.();
    await this.round;
  }

  private waitForNext(): void {
    if (this.stopping.signal.aborted) return;
    this.cancelNext = atBeat(this.everyMs, () => {
      this.begin();
      this.waitForNext();
    });
  }

  private begin(): void {
    if (this.isRunning || this.stopping.signal.aborted) return;
    this.isRunning = true;
    this.round = this.run(this.stopping.signal).finally(() => {
      this.isRunning = false;
      if (this.isAskedAgain) this.soon();
    });
  }
}
