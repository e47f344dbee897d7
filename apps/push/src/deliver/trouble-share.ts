import { CircuitState, type IBreaker } from 'cockatiel';
import { LastSeconds } from './last-seconds.js';

const WINDOW_S = 30;
/** One cut connection among thousands of calls is no outage, and nor are a few calls, all of which fail. */
const SHARE = 0.5;
const LEAST = 9;

/**
 * Opens a breaker when more than half of the calls of half a minute met trouble, and nine were made at least. cockatiel's own sampling moves on by one of
 * its windows with each call, however long ago the last one was: calls that hang come seconds apart, and it would judge by what went well minutes ago.
 */
export class TroubleShare implements IBreaker {
  private window = new LastSeconds(WINDOW_S);

  constructor(private readonly seconds: () => number = () => Math.floor(performance.now() / 1_000)) {}

  /** For whoever looks at the policy: nothing is restored from it. */
  get state(): object {
    const { calls, marked } = this.window;
    return { calls, troubles: marked };
  }

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.window = new LastSeconds(WINDOW_S);
    this.window.count(this.seconds(), false);
  }

  failure(state: CircuitState): boolean {
    this.window.count(this.seconds(), true);
    if (state !== CircuitState.Closed) return true;
    const { calls, marked } = this.window;
    return calls >= LEAST && marked > SHARE * calls;
  }
}
