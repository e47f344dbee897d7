import { LastSeconds } from './last-seconds.js';

/** Of a minute's calls, the part that may be retries. https://sre.google/sre-book/handling-overload/ (retry budgets) */
const SHARE = 0.1;
const WINDOW_S = 60;

/** Whether another retry fits: a tenth of the calls, and always `floor`, or a quiet minute would have no retries. */
function allows(minute: LastSeconds, second: number, floor: number): boolean {
  minute.forget(second);
  return minute.marked < Math.max(floor, SHARE * minute.calls);
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
  private readonly provider = new LastSeconds(WINDOW_S);
  private readonly credentials = new Map<string, LastSeconds>();
  private sweptAt = 0;

  constructor(
    private readonly floors: RetryFloors,
    private readonly seconds: () => number = () => Math.floor(performance.now() / 1_000),
  ) {}

  /** Counts a call that is about to be made, unless it is a retry too many: false, it has to wait. */
  spend(credential: string, attempt: number): boolean {
    const second = this.seconds();
    this.sweep(second);
    const own = this.credentials.get(credential) ?? new LastSeconds(WINDOW_S);
    this.credentials.set(credential, own);
    const isRetry = attempt > 1;
    if (isRetry && !allows(own, second, this.floors.perCredential)) return false;
    if (isRetry && !allows(this.provider, second, this.floors.perProvider)) return false;
    own.count(second, isRetry);
    this.provider.count(second, isRetry);
    return true;
  }

  private sweep(second: number): void {
    if (second - this.sweptAt < WINDOW_S) return;
    this.sweptAt = second;
    for (const [credential, minute] of this.credentials) {
      minute.forget(second);
      if (minute.calls === 0) this.credentials.delete(credential);
    }
  }
}
