/**
 * Stripe takes 25 calls a second at one endpoint, and in a sandbox at all endpoints together
 * (https://docs.stripe.com/rate-limits). This many at once and this many more each second are never more than that in any
 * second.
 */
const AT_ONCE = 5;
const PER_SECOND = 20;
const MS_PER_CALL = 1_000 / PER_SECOND;

/** Budgets that are full again are forgotten once there are this many. */
const MANY = 1_000;

/**
 * Token buckets, one for each name, told in time: when a budget will be full again. Each process has its own, so several
 * together may ask more; Stripe then answers 429, and that is heeded.
 */
export class RateBudgets {
  private readonly fullAt = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Milliseconds until a call is within all of these budgets. It is taken out of them, unless the answer is more than `atMost`:
   * then nobody will wait for it.
   */
  take(names: readonly string[], atMost: number): number {
    const now = this.now();
    const wait = Math.max(...names.map((name) => this.waitFor(name, now)));
    if (wait > atMost) return wait;
    for (const name of names) this.fullAt.set(name, Math.max(now, this.fullAt.get(name) ?? 0) + MS_PER_CALL);
    if (this.fullAt.size > MANY) this.forgetFull(now);
    return wait;
  }

  private waitFor(name: string, now: number): number {
    return Math.max(0, (this.fullAt.get(name) ?? 0) - now - (AT_ONCE - 1) * MS_PER_CALL);
  }

  private forgetFull(now: number): void {
    for (const [name, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(name);
  }
}
