import type { Uuid } from '@signalbox/contracts';
import {
  BrokenCircuitError,
  circuitBreaker,
  handleWhenResult,
  SamplingBreaker,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { AttemptOutcome, PushMessage } from '../providers/push-provider.js';

/** Half of the calls of half a minute, and nine at least: one cut connection among thousands of calls is no outage. */
const WINDOW = { threshold: 0.5, duration: 30_000, minimumRps: 0.3 } as const;

/** What one breaker watches. */
export interface BreakerScope {
  readonly of: (credential: Uuid, device: PushMessage['device']) => string;
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
  private readonly watched = new Map<string, CircuitBreakerPolicy>();

  constructor(
    private readonly onOpen: (credential: Uuid) => void,
    private readonly scope = OF_CREDENTIAL,
  ) {}

  /** How long what meets an open breaker waits, or twice as long. Milliseconds. */
  get waitMs(): number {
    return this.scope.waitMs;
  }

  /** Makes the call and counts its outcome; undefined when the breaker is open, and then no call was made. */
  async call(
    credential: Uuid,
    device: PushMessage['device'],
    send: () => Promise<AttemptOutcome>,
  ): Promise<AttemptOutcome | undefined> {
    try {
      return await this.breakerOf(credential, this.scope.of(credential, device)).execute(send);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }

  private breakerOf(credential: Uuid, key: string): CircuitBreakerPolicy {
    const breaker = this.watched.get(key) ?? this.breakerFor(credential);
    this.watched.delete(key);
    this.watched.set(key, breaker);
    const [unusedForLongest] = this.watched.keys();
    if (this.watched.size > MOST_WATCHED) this.watched.delete(unusedForLongest!);
    return breaker;
  }

  private breakerFor(credential: Uuid): CircuitBreakerPolicy {
    const breaker = circuitBreaker(handleWhenResult(isProviderTrouble), {
      breaker: new SamplingBreaker(WINDOW),
      halfOpenAfter: this.scope.openForMs,
    });
    breaker.onBreak(() => this.onOpen(credential));
    return breaker;
  }
}

function isProviderTrouble(result: unknown): boolean {
  const outcome = result as AttemptOutcome;
  return outcome.kind === 'ambiguous' || (outcome.kind === 'retry' && outcome.trouble === true);
}
