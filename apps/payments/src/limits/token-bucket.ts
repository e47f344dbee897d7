/** So many at once, and so many a second in the long run. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly limits: { readonly burst: number; readonly perSecond: number },
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = limits.burst;
    this.filledAt = now();
  }

  /** Whether there was one to take. */
  take(): boolean {
    const { burst, perSecond } = this.limits;
    const now = this.now();
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) * perSecond) / 1_000);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
