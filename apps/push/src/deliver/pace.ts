import type { Uuid } from '@signalbox/contracts';

/** How a provider wants to be approached after a pause. */
export interface PaceRules {
  /** Messages a second with which a backlog begins. */
  readonly first: number;
  /** Seconds in which that doubles. */
  readonly doublesIn: number;
  /** Messages a second from which on nothing is held back any more. */
  readonly full: number;
}

/**
 * Apple names no rate, and nor do push services of browsers; most of those are Google's. Google: from nothing to the full rate in a minute at least, at most 600,000 a minute and project.
 * https://firebase.google.com/docs/cloud-messaging/scale-fcm
 */
export const PACE_RULES = {
  apns: { first: 200, doublesIn: 2, full: 20_000 },
  fcm: { first: 100, doublesIn: 9, full: 10_000 },
  webpush: { first: 100, doublesIn: 9, full: 10_000 },
} as const satisfies Record<string, PaceRules>;

/** After a quota was used up: half of the rate that did it, and a tenth of that more each second. */
const CEILING_SHARE = 0.5;
const CEILING_GROWTH = 0.1;

interface Paced {
  /** Seconds; undefined while it is on hold. */
  freeSince: number | undefined;
  tokens: number;
  filledAt: number;
  /** Calls of this second and of the one before: what the rate was when the quota ran out. */
  second: number;
  calls: number;
  callsBefore: number;
  ceiling: { readonly rate: number; readonly since: number } | undefined;
}

/**
 * Lets a backlog out slowly when a hold has ended, for each credential: a provider that has just come back is not given all
 * that waited in one second. What was accepted just now does not wait behind the backlog. After a quota was used up the rate
 * begins at half of what it was and grows by steps (additive increase, multiplicative decrease). Each process paces its own.
 */
export class Pace {
  private readonly paced = new Map<Uuid, Paced>();

  constructor(
    private readonly rules: PaceRules,
    private readonly seconds: () => number = () => performance.now() / 1_000,
  ) {}

  /** The credential is on hold. With `quotaUsedUp`, because more was sent than the provider takes. */
  held(credential: Uuid, quotaUsedUp = false): void {
    const paced = this.paced.get(credential) ?? this.begin(credential);
    paced.freeSince = undefined;
    if (!quotaUsedUp) return;
    const before = Math.max(paced.calls, paced.callsBefore);
    paced.ceiling = { rate: Math.max(1, before * CEILING_SHARE), since: this.seconds() };
  }

  /** Whether a message may go out now; a `fresh` one is only counted. False: try again in about a second. */
  take(credential: Uuid, fresh: boolean): boolean {
    const now = this.seconds();
    const paced = this.paced.get(credential) ?? this.begin(credential, now - 3_600);
    paced.freeSince ??= now;
    this.count(paced, now);
    const rate = this.rateOf(paced, now);
    if (rate >= this.rules.full) return this.passed(paced);
    // A second's worth at most may gather while nothing is sent.
    paced.tokens = Math.min(rate, paced.tokens + (now - paced.filledAt) * rate);
    paced.filledAt = now;
    if (paced.tokens < 1 && !fresh) return false;
    paced.tokens = Math.max(0, paced.tokens - 1);
    return this.passed(paced);
  }

  private rateOf({ freeSince = 0, ceiling }: Paced, now: number): number {
    const ramp = this.rules.first * 2 ** Math.min(40, (now - freeSince) / this.rules.doublesIn);
    if (ceiling === undefined) return ramp;
    return Math.min(ramp, ceiling.rate * (1 + CEILING_GROWTH * (now - ceiling.since)));
  }

  private passed(paced: Paced): true {
    paced.calls += 1;
    return true;
  }

  private count(paced: Paced, now: number): void {
    const second = Math.floor(now);
    if (second === paced.second) return;
    paced.callsBefore = second === paced.second + 1 ? paced.calls : 0;
    paced.calls = 0;
    paced.second = second;
  }

  private begin(credential: Uuid, freeSince?: number): Paced {
    const now = this.seconds();
    const paced = {
      freeSince,
      tokens: 0,
      filledAt: now,
      second: Math.floor(now),
      calls: 0,
      callsBefore: 0,
      ceiling: undefined,
    };
    this.paced.set(credential, paced);
    return paced;
  }
}
