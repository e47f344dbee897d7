import { fullJitter } from '@signalbox/resilience';
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhenResult,
  type IBackoff,
} from 'cockatiel';

/** Calls in a row without an answer after which nobody else waits for one. */
const IN_A_ROW = 5;
/** How long it stays open, each time in a row twice as long. Milliseconds. */
const FIRST_MS = 5_000;
const LONGEST_MS = 60_000;
/** Those that were turned away come back within this time of its end, not all at once. */
const SPREAD_MS = 5_000;
/** A call that fails alone: when to try again. */
const ALONE = { base: 1_000, cap: 30_000, floor: 500 } as const;

/**
 * Notices that a gateway does not answer an app's calls, and then turns calls away without making them, but for one now and
 * then that tries: a call into a black hole holds a worker for ten seconds, and a hundred of them hold all there are.
 */
export class AppBreaker {
  private readonly policy;
  private openUntil = 0;
  private openedInARow = 0;
  private failuresInARow = 0;

  /** `watch` is told when it opens, and for how many milliseconds, and when it closes. */
  constructor(
    watch: { readonly opened: (forMs: number) => void; readonly closed: () => void },
    private readonly now: () => number = () => performance.now(),
  ) {
    this.policy = circuitBreaker(
      handleWhenResult((failed) => failed === true),
      {
        breaker: new ConsecutiveBreaker(IN_A_ROW),
        halfOpenAfter: { next: () => openFor(0) },
      },
    );
    this.policy.onBreak(() => {
      const forMs = durationOf(this.openedInARow);
      this.openUntil = this.now() + forMs;
      this.openedInARow += 1;
      watch.opened(forMs);
    });
    this.policy.onReset(() => {
      this.openedInARow = 0;
      watch.closed();
    });
  }

  /** Milliseconds after which it is worth asking again; undefined when a call may be made now. */
  turnsAway(): number | undefined {
    const isTrying = this.policy.state === CircuitState.HalfOpen;
    const left = this.policy.state === CircuitState.Open ? this.openUntil - this.now() : 0;
    if (!isTrying && left <= 0) return undefined;
    return Math.max(0, left) + Math.random() * SPREAD_MS;
  }

  /** Makes a call and looks whether it met with trouble; undefined when it was turned away after all. */
  async run<Result>(call: () => Promise<Result>, isTrouble: (result: Result) => boolean): Promise<Result | undefined> {
    let result: Result | undefined;
    try {
      await this.policy.execute(async () => {
        result = await call();
        const failed = isTrouble(result);
        this.failuresInARow = failed ? this.failuresInARow + 1 : 0;
        return failed;
      });
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
    }
    return result;
  }

  /** Milliseconds after which to repeat a call that met with trouble. */
  retryMs(): number {
    return this.turnsAway() ?? fullJitter(Math.max(1, this.failuresInARow), ALONE);
  }
}

function openFor(times: number): IBackoff<unknown> {
  return { duration: durationOf(times), next: () => openFor(times + 1) };
}

const durationOf = (times: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** times);
