/** Of a minute's calls, the part that may be retries. https://sre.google/sre-book/handling-overload/ (retry budgets) */
const SHARE = 0.1;
const WINDOW_S = 60;

/** Calls and retries of the last minute, by the second. */
class Window {
  private readonly calls = new Uint32Array(WINDOW_S);
  private readonly retries = new Uint32Array(WINDOW_S);
  private newest = 0;
  private allCalls = 0;
  private allRetries = 0;

  /** Whether another retry fits: a tenth of the calls, and always `floor`, or a quiet minute would have no retries. */
  allows(second: number, floor: number): boolean {
    this.forget(second);
    return this.allRetries < Math.max(floor, SHARE * this.allCalls);
  }

  count(second: number, isRetry: boolean): void {
    this.forget(second);
    this.calls[second % WINDOW_S]! += 1;
    this.allCalls += 1;
    if (!isRetry) return;
    this.retries[second % WINDOW_S]! += 1;
    this.allRetries += 1;
  }

  isQuiet(second: number): boolean {
    this.forget(second);
    return this.allCalls === 0;
  }

  private forget(second: number): void {
    const passed = Math.min(second - this.newest, WINDOW_S);
    for (let back = 0; back < passed; back += 1) {
      const slot = (second - back) % WINDOW_S;
      this.allCalls -= this.calls[slot]!;
      this.allRetries -= this.retries[slot]!;
      this.calls[slot] = 0;
      this.retries[slot] = 0;
    }
    this.newest = Math.max(this.newest, second);
  }
}

export interface RetryFloors {
  /** Retries a minute that every credential has, however little it sends. */
  readonly perCredential: number;
  /** The same for all credentials of the provider together. */
  readonly perProvider: number;
}

/**
 * Keeps a provider in trouble from being sent everything twice: of the calls of any minute at most a tenth are retries, for
 * the provider and for each credential, so that one credential's trouble leaves the others their share. One per provider
 * and lane: the retries of a campaign cannot use up those of login codes. What does not fit waits and burns no attempt.
 *
 * Each process counts its own calls. The tenth holds for all together since it holds for each; the floors add up.
 */
export class RetryBudget {
  private readonly provider = new Window();
  private readonly credentials = new Map<string, Window>();
  private sweptAt = 0;

  constructor(
    private readonly floors: RetryFloors,
    private readonly seconds: () => number = () => Math.floor(performance.now() / 1_000),
  ) {}

  /** Counts a call that is about to be made, unless it is a retry too many: false, it has to wait. */
  spend(credential: string, attempt: number): boolean {
    const second = this.seconds();
    this.sweep(second);
    const own = this.credentials.get(credential) ?? new Window();
    this.credentials.set(credential, own);
    const isRetry = attempt > 1;
    if (isRetry && !own.allows(second, this.floors.perCredential)) return false;
    if (isRetry && !this.provider.allows(second, this.floors.perProvider)) return false;
    own.count(second, isRetry);
    this.provider.count(second, isRetry);
    return true;
  }

  private sweep(second: number): void {
    if (second - this.sweptAt < WINDOW_S) return;
    this.sweptAt = second;
    for (const [credential, window] of this.credentials)
      if (window.isQuiet(second)) this.credentials.delete(credential);
  }
}
