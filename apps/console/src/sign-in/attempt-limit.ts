export interface AttemptLimitOptions {
  /** Attempts that an address may make in a row. */
  readonly attempts: number;
  /** Milliseconds after which one attempt comes back. */
  readonly refill: number;
  /** Milliseconds, never going back. */
  readonly now?: () => number;
}

/** More addresses than this are not remembered one by one: a visitor with a whole network must not fill the memory. */
const MAX_ADDRESSES = 10_000;

/** Limits password guesses per network address: each pushes the time by which its address has paid further ahead. */
export class AttemptLimit {
  private readonly paidAt = new Map<string, number>();
  private readonly now: () => number;

  constructor(private readonly options: AttemptLimitOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Takes one attempt. @returns 0, or the seconds to wait until there is one again. */
  take(address: string): number {
    const { attempts, refill } = this.options;
    const now = this.now();
    const paidAt = Math.max(now, this.paidAt.get(address) ?? now) + refill;
    const wait = paidAt - now - attempts * refill;
    if (wait > 0) return Math.ceil(wait / 1_000);
    if (this.paidAt.size >= MAX_ADDRESSES && !this.paidAt.has(address)) this.forgetOldest();
    this.paidAt.set(address, paidAt);
    return 0;
  }

  /** The right password was given: the guesses before it were the operator's own. */
  forgive(address: string): void {
    this.paidAt.delete(address);
  }

  private forgetOldest(): void {
    const oldest = this.paidAt.keys().next();
    if (oldest.done !== true) this.paidAt.delete(oldest.value);
  }
}
