import type { Uuid } from '@signalbox/contracts';
import {
  BrokenCircuitError,
  circuitBreaker,
  handleWhenResult,
  SamplingBreaker,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { AttemptOutcome } from '../providers/push-provider.js';

/** Half of the calls of half a minute, and nine at least: one cut connection among thousands of calls is no outage. */
const WINDOW = { threshold: 0.5, duration: 30_000, minimumRps: 0.3 } as const;

/** While a breaker is open its credential is on hold everywhere; this only bridges the moment until the hold is written. */
const OPEN_FOR_MS = 1_000;

/** A breaker that was not asked for this long is forgotten, and with it what it had seen. Milliseconds. */
const FORGET_AFTER = 10 * 60_000;

interface Watched {
  readonly breaker: CircuitBreakerPolicy;
  usedAt: number;
}

/**
 * Notices, per credential, that a provider no longer answers: timeouts, broken connections and answers of 5xx. What it does
 * then is a hold in Postgres, which stops the credential in every process, and whose probe finds out when it is over. An answer
 * about a message, a device or a credential is not the provider's trouble and counts as health.
 */
export class CredentialBreakers {
  private readonly watched = new Map<Uuid, Watched>();

  constructor(private readonly onOpen: (credential: Uuid) => void) {}

  /** Makes the call and counts its outcome; undefined when the breaker is open, and then no call was made. */
  async call(credential: Uuid, send: () => Promise<AttemptOutcome>): Promise<AttemptOutcome | undefined> {
    try {
      return await this.breakerOf(credential).execute(send);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }

  private breakerOf(credential: Uuid): CircuitBreakerPolicy {
    const now = performance.now();
    const known = this.watched.get(credential);
    if (known) {
      known.usedAt = now;
      return known.breaker;
    }
    for (const [other, { usedAt }] of this.watched) if (now - usedAt > FORGET_AFTER) this.watched.delete(other);
    const breaker = circuitBreaker(handleWhenResult(isProviderTrouble), {
      breaker: new SamplingBreaker(WINDOW),
      halfOpenAfter: OPEN_FOR_MS,
    });
    breaker.onBreak(() => this.onOpen(credential));
    this.watched.set(credential, { breaker, usedAt: now });
    return breaker;
  }
}

function isProviderTrouble(result: unknown): boolean {
  const outcome = result as AttemptOutcome;
  return outcome.kind === 'ambiguous' || (outcome.kind === 'retry' && outcome.trouble === true);
}
