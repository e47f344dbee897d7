import type { Uuid } from '@signalbox/contracts';
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { Trouble } from '../breakers/breaker-states.js';
import type { AttemptOutcome, PushMessage } from '../providers/push-provider.js';
import { storableText } from './settlement.js';
import { TroubleShare } from './trouble-share.js';

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

/** Answers that a breaker remembers, to tell what opened it. */
const MOST_ANSWERS = 3;

/** An operator may keep a breaker closed, and let it go again: for so long a process believes what it was told. Milliseconds. */
const LET_THROUGH_MS = 5_000;

/** Who is told what becomes of the breakers. `service`: the host of a browser's push service, or empty. */
export interface BreakerEvents {
  /** Resolves with whether calls are made nevertheless. */
  opened(credential: Uuid, service: string, answers: readonly Trouble[]): Promise<boolean>;
  /** It was open, and the provider answers again. */
  closed(credential: Uuid, service: string): void;
}

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
    private readonly events: BreakerEvents,
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
    const breaker = this.watched.get(key) ?? new Breaker(this.scope.openForMs, this.eventsOf(credential, key));
    this.last = { key, breaker };
    this.watched.delete(key);
    this.watched.set(key, breaker);
    const [unusedForLongest] = this.watched.keys();
    if (this.watched.size > MOST_WATCHED) this.watched.delete(unusedForLongest!);
    return breaker;
  }

  private eventsOf(credential: Uuid, key: string): EventsOfOne {
    const origin = key.slice(credential.length + 1);
    const service = URL.parse(origin)?.host ?? origin;
    return {
      opened: (answers) => this.events.opened(credential, service, answers),
      closed: () => this.events.closed(credential, service),
    };
  }
}

interface EventsOfOne {
  opened(answers: readonly Trouble[]): Promise<boolean>;
  closed(): void;
}

/**
 * cockatiel's breaker. While it is closed and calls are well, which is nearly always, they are counted beside it: through it, each is three
 * asynchronous functions more.
 */
class Breaker {
  private sampling = new TroubleShare();
  private policy: CircuitBreakerPolicy;
  private answers: Trouble[] = [];
  /** Until when nothing is counted and every call is made, on the monotonic clock; 0: it is not so. */
  private letThroughUntil = 0;

  constructor(
    private readonly openForMs: number,
    private readonly events: EventsOfOne,
  ) {
    this.policy = this.begin();
  }

  call(send: () => Promise<AttemptOutcome>): Promise<AttemptOutcome | undefined> {
    if (this.letThroughUntil > 0) {
      if (performance.now() < this.letThroughUntil) return send();
      this.letThroughUntil = 0;
    }
    if (this.policy.state !== CircuitState.Closed) return this.through(send);
    return send().then(this.count);
  }

  private begin(): CircuitBreakerPolicy {
    const policy = circuitBreaker(handleWhenResult(this.notedTrouble), {
      breaker: this.sampling,
      halfOpenAfter: this.openForMs,
    });
    policy.onBreak(() => void this.tell());
    policy.onReset(() => this.events.closed());
    return policy;
  }

  private readonly notedTrouble = (result: unknown): boolean => {
    const outcome = result as AttemptOutcome;
    if (!isProviderTrouble(outcome)) return false;
    const reason = 'reason' in outcome ? storableText(outcome.reason) : outcome.kind;
    this.answers = [...this.answers, { reason, at: new Date().toISOString() }].slice(-MOST_ANSWERS);
    return true;
  };

  /** Begins anew when an operator keeps it closed: an open one would let nothing through but a probe. */
  private async tell(): Promise<void> {
    if (!(await this.events.opened(this.answers))) return;
    this.letThroughUntil = performance.now() + LET_THROUGH_MS;
    this.sampling = new TroubleShare();
    this.policy = this.begin();
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

function isProviderTrouble(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'ambiguous' || (outcome.kind === 'retry' && outcome.trouble === true);
}
