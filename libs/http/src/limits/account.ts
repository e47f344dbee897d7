import { type BucketLimits, TokenBucket } from '@signalbox/resilience';

/** Where all processes take from the same buckets. */
export interface SharedBuckets {
  /**
   * Tells what was taken from a bucket in this process.
   *
   * @returns what it holds now, after what everybody took; less than nothing where more was taken than there was.
   */
  settle(name: string, limits: BucketLimits, spent: number): Promise<number>;
}

/** A process tells of what was taken when it comes to this share of a burst. */
const LOT = 0.01;
/** Milliseconds for which a store that failed is left alone: meanwhile the bucket of this process counts. */
const AGAIN_AFTER = 250;

/**
 * The bucket of one caller for one class of routes, as this process knows it. It is a whole bucket by itself, so nobody ever waits for
 * the store; and what is taken from it is told there in lots, whose answer says what others took. Between two answers a process is
 * behind by a lot and what it lets through in a round trip at most, and that is made up for by the next.
 */
export class Account {
  private readonly bucket: TokenBucket;
  /** Taken, and not told yet. */
  private spent = 0;
  private isSettling = false;
  /** The store did not take what it was told last. */
  private isAlone = false;
  private settleAfter = -Infinity;
  private head: string;

  constructor(
    readonly name: string,
    /** As callers are told it. */
    private readonly policy: string,
    public limits: BucketLimits,
    /** Of the limits that are set: those of this account were looked up then. */
    public generation: number,
    private readonly shared: SharedBuckets | undefined,
    private readonly now: () => number,
  ) {
    this.bucket = new TokenBucket(limits, now);
    this.head = this.describe();
  }

  /** Whether a request may go on. */
  take(): boolean {
    const isAllowed = this.bucket.take();
    if (isAllowed && this.shared !== undefined) {
      this.spent += 1;
      if (this.spent >= this.limits.burst * LOT && !this.isSettling) this.settle(this.shared);
    }
    return isAllowed;
  }

  change(limits: BucketLimits): void {
    if (limits.burst === this.limits.burst && limits.perSecond === this.limits.perSecond) return;
    this.bucket.change(limits);
    this.limits = limits;
    this.head = this.describe();
  }

  isFull(): boolean {
    return this.bucket.isFull();
  }

  /** Seconds until there is a token again, 1 at least. */
  get retryAfter(): number {
    return this.secondsUntil(1);
  }

  /** `RateLimit-Policy`: what fits in at once, and the seconds in which that comes back. */
  get policyHeader(): string {
    return this.head;
  }

  /** `RateLimit`: what is left, and the seconds until there is more. */
  get stateHeader(): string {
    const left = Math.max(0, Math.floor(this.bucket.level));
    return `"${this.policy}";r=${left};t=${this.secondsUntil(left + 1)}`;
  }

  private secondsUntil(tokens: number): number {
    return Math.max(1, Math.ceil(this.bucket.msUntil(tokens) / 1_000));
  }

  private settle(shared: SharedBuckets): void {
    if (this.now() < this.settleAfter) return;
    this.isSettling = true;
    const told = Math.min(this.spent, this.owed);
    this.spent = 0;
    shared.settle(this.name, this.limits, told).then(
      (level) => {
        this.isSettling = false;
        this.isAlone = false;
        // What was taken meanwhile is in no answer yet.
        this.bucket.correct(level - this.spent);
      },
      () => {
        this.isSettling = false;
        this.isAlone = true;
        this.spent += told;
        this.settleAfter = this.now() + AGAIN_AFTER;
      },
    );
  }

  /**
   * The most that the store is told at once. Of a time in which it could not be told, what time has not brought back since: the store's
   * bucket was full again as soon as this one, and has no room for an hour's worth, which would be a debt of those who kept to the limit.
   */
  private get owed(): number {
    const { burst } = this.limits;
    return this.isAlone ? Math.min(burst, Math.ceil(burst - this.bucket.level)) : burst;
  }

  private describe(): string {
    const { burst, perSecond } = this.limits;
    return `"${this.policy}";q=${burst};w=${Math.max(1, Math.round(burst / perSecond))}`;
  }
}
