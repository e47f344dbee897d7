import { fullJitter } from '@signalbox/resilience';

/** Waits that Stripe did not name. Milliseconds. */
const UNNAMED = { base: 1_000, cap: 60_000, floor: 500 } as const;
/** Nobody waits longer, whatever was asked for: work that waits for an hour looks like work that is lost. */
const LONGEST_MS = 10 * 60_000;

/** Why something must not be called. `forbidden`: until somebody grants it. */
export interface PauseReason {
  readonly reason: string;
  readonly forbidden?: true;
}

interface Pause {
  readonly until: number;
  readonly why: PauseReason;
  /** How often in a row. */
  readonly times: number;
}

/** Parts of Stripe's API that must not be called for a while, by name: an endpoint, an account, a key. */
export class Pauses {
  private readonly pauses = new Map<string, Pause>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The longest that one of these names still has to wait. */
  left(names: readonly string[]): ({ readonly ms: number } & PauseReason) | undefined {
    const now = this.now();
    const [longest] = names
      .flatMap((name) => this.pauses.get(name) ?? [])
      .filter(({ until }) => until > now)
      .sort((a, b) => b.until - a.until);
    return longest && { ms: longest.until - now, ...longest.why };
  }

  /**
   * Pauses for `ms`, or for a while that grows with each time in a row. Calls that were under way when it began find out the
   * same: they may prolong it, and are not another time. @returns the milliseconds.
   */
  place(name: string, why: PauseReason, ms?: number): number {
    const now = this.now();
    const before = this.pauses.get(name);
    const isUnderWay = before !== undefined && before.until > now;
    const times = (before?.times ?? 0) + (isUnderWay ? 0 : 1);
    const until = now + Math.min(LONGEST_MS, ms ?? fullJitter(times, UNNAMED));
    const longer = isUnderWay && before.until > until ? before : { until, why, times };
    this.pauses.set(name, longer);
    return longer.until - now;
  }

  /** A call succeeded: the next pause is a first one again. One that has not ended stays, since the call was before it. */
  lift(names: readonly string[]): void {
    const now = this.now();
    for (const name of names) if ((this.pauses.get(name)?.until ?? Infinity) <= now) this.pauses.delete(name);
  }
}
