/** So many at once, and so many a second in the long run. */
export interface BucketLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/** Holds as many tokens as time has brought since they were taken, and never more than `burst`. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private limits: BucketLimits,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = limits.burst;
    this.filledAt = now();
  }

  /** Whether there was one to take. */
  take(): boolean {
    this.fill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** What was left after the last look; less than nothing while a debt is paid off. */
  get level(): number {
    return this.tokens;
  }

  /** Whether it holds all that it can: it may be forgotten and made anew. */
  isFull(): boolean {
    this.fill();
    return this.tokens >= this.limits.burst;
  }

  /** Milliseconds until it holds so many; 0 when it does. */
  msUntil(tokens: number): number {
    return Math.max(0, ((tokens - this.tokens) * 1_000) / this.limits.perSecond);
  }

  /** Somebody who sees what others take as well says what there is at this moment. */
  correct(tokens: number): void {
    this.filledAt = this.now();
    this.tokens = Math.min(this.limits.burst, tokens);
  }

  /** Other limits from now on. Nobody is given what was taken before. */
  change(limits: BucketLimits): void {
    this.fill();
    this.tokens = Math.min(limits.burst, this.tokens + Math.max(0, limits.burst - this.limits.burst));
    this.limits = limits;
  }

  private fill(): void {
    const { burst, perSecond } = this.limits;
    const now = this.now();
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) * perSecond) / 1_000);
    this.filledAt = now;
  }
}
