import type { Uuid } from '@signalbox/contracts';
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhenResult,
  SamplingBreaker,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { AttemptOutcome, PushMessage } from '../providers/push-provider.js';

/** Half of the calls of half a minute, and nine at least: one cut connection among thousands of calls is no outage. */
const WINDOW = { threshold: 0.5, duration: 30_000, minimumRps: 0.3 } as const;

/** What of a device says whose server carries to it. */
type Addressee = Pick<PushMessage['device'], 'target'> & Partial<PushMessage['device']>;

/** What one breaker watches. */
export interface BreakerScope {
  readonly of: (credential: Uuid, device: Addressee) => string;
  /** How long it stays open before it lets one call through. Milliseconds. */
  readonly openForMs: number;
  /** How long what meets it open waits, or twice as long. Milliseconds. */
  readonly waitMs: number;
}

/** While it is open its credential is on hold everywhere; this only bridges the moment until the hold is written. */
const OF_CREDENTIAL: BreakerScope = { of: (credential) => credential, openForMs: 1_000, waitMs: 500 };

/**
 * Browsers of one app have push services of several makers, and any page may name a host of its own: one that does not answer must
 * not stop the others. There is no hold for it: each process finds out by itself, with one message every ten seconds.
 */
export const OF_PUSH_SERVICE: BreakerScope = {
  // An installation may have become a phone since the message was routed: its target is then no URL.
  of: (credential, { target }) => `${credential} ${URL.parse(target)?.origin ?? 'none'}`,
  openForMs: 10_000,
  waitMs: 5_000,
};

/** Hosts are registered by strangers, without end: beyond so many breakers the one unused for longest is forgotten, with what it had seen. */
const MOST_WATCHED = 1_000;

/**
 * Notices, per credential (and push service), that a provider no longer answers: timeouts, broken connections and answers of 5xx. What it does
 * then is a hold in Postgres, which stops the credential in every process, and whose probe finds out when it is over. An answer
 * about a message, a device or a credential is not the provider's trouble and counts as health.
 */
export class CredentialBreakers {
  /** In the order of last use. */
  private readonly watched = new Map<string, Breaker>();
  private last: { readonly key: string; readonly breaker: Breaker } | undefined;

  constructor(
    private readonly onOpen: (credential: Uuid) => void,
    private readonly scope = OF_CREDENTIAL,
  ) {}

  /** How long what meets an open breaker waits, or twice as long. Milliseconds. */
  get waitMs(): number {
    return this.scope.waitMs;
  }

  /** Makes the call and counts its outcome; undefined when the breaker is open, and then no call was made. */
  call(credential: Uuid, device: Addressee, send: () => Promise<AttemptOutcome>): Promise<AttemptOutcome | undefined> {
    return this.breakerOf(credential, this.scope.of(credential, device)).call(send);
  }

  private breakerOf(credential: Uuid, key: string): Breaker {
    // One call after the other goes to the same, which then is the last in the order.
    if (this.last?.key === key) return this.last.breaker;
    const breaker = this.watched.get(key) ?? new Breaker(this.scope.openForMs, () => this.onOpen(credential));
    this.last = { key, breaker };
    this.watched.delete(key);
    this.watched.set(key, breaker);
    const [unusedForLongest] = this.watched.keys();
    if (this.watched.size > MOST_WATCHED) this.watched.delete(unusedForLongest!);
    return breaker;
  }
}

/**
 * cockatiel's breaker. While it is closed and calls are well, which is nearly always, they are counted beside it: through it, each is three
 * asynchronous functions more.
 */
class Breaker {
  private readonly sampling = new SamplingBreaker(WINDOW);
  private readonly policy: CircuitBreakerPolicy;

  constructor(openForMs: number, onOpen: () => void) {
    this.policy = circuitBreaker(handleWhenResult(isProviderTrouble), {
      breaker: this.sampling,
      halfOpenAfter: openForMs,
    });
    this.policy.onBreak(onOpen);
  }

  call(send: () => Promise<AttemptOutcome>): Promise<AttemptOutcome | undefined> {
    if (this.policy.state !== CircuitState.Closed) return this.through(send);
    return send().then(this.count);
  }

  private readonly count = (outcome: AttemptOutcome): AttemptOutcome | Promise<AttemptOutcome> => {
    if (isProviderTrouble(outcome)) return this.countTrouble(outcome);
    this.sampling.success(CircuitState.Closed);
    return outcome;
  };

  /** It may have opened meanwhile: then it has heard enough. */
  private async countTrouble(outcome: AttemptOutcome): Promise<AttemptOutcome> {
    if (this.policy.state === CircuitState.Closed) await this.through(() => Promise.resolve(outcome));
    return outcome;
  }

  private async through(send: () => Promise<AttemptOutcome>): Promise<AttemptOutcome | undefined> {
    try {
      return await this.policy.execute(send);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }
}

function isProviderTrouble(result: unknown): boolean {
  const outcome = result as AttemptOutcome;
  return outcome.kind === 'ambiguous' || (outcome.kind === 'retry' && outcome.trouble === true);
}
