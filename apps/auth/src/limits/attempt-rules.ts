/** So many at once, then one in so many seconds. */
interface Pace {
  readonly burst: number;
  readonly everySeconds: number;
}

/**
 * How often something may be tried. `quick` forgives soon, `slow` late, and both must agree: whoever goes on and on waits longer
 * each time, and nobody is locked out for good. `slow` never forgives sooner than `quick`.
 */
export interface AttemptRule {
  readonly quick: Pace;
  readonly slow: Pace;
}

const minutes = (count: number): number => count * 60;
const hours = (count: number): number => count * 3_600;

/** What is counted. Each has buckets of its own, named by what the caller adds: an app and an address, a prefix, a user. */
export const ATTEMPT_RULES = {
  /** Sign-ins to one account from devices that it does not know; whether there is such an account does not matter. */
  'sign-in-account': { quick: { burst: 10, everySeconds: 30 }, slow: { burst: 60, everySeconds: minutes(10) } },
  /** Sign-ins to one account from one device on which its user was signed in before. Strangers cannot use this one up. */
  'sign-in-device': { quick: { burst: 20, everySeconds: 10 }, slow: { burst: 120, everySeconds: minutes(5) } },
  /** Failed sign-ins from one network: a whole carrier may be behind it, so what succeeded is given back. */
  'sign-in-prefix': { quick: { burst: 300, everySeconds: 1 }, slow: { burst: 3_000, everySeconds: 30 } },
  'sign-up-prefix': { quick: { burst: 60, everySeconds: 20 }, slow: { burst: 300, everySeconds: minutes(5) } },
  /** Mails that visitors can cause to one address, whichever of them asks. */
  'mail-address': { quick: { burst: 4, everySeconds: minutes(2) }, slow: { burst: 10, everySeconds: hours(3) } },
  'mail-prefix': { quick: { burst: 60, everySeconds: 20 }, slow: { burst: 300, everySeconds: minutes(5) } },
  /** Mails about factors of one kind that come, or go, to one user at one address. */
  'factor-news': { quick: { burst: 3, everySeconds: minutes(10) }, slow: { burst: 10, everySeconds: hours(3) } },
  /** Codes of a second factor that one user may try. */
  'second-factor': { quick: { burst: 5, everySeconds: 30 }, slow: { burst: 20, everySeconds: minutes(15) } },
  'password-change': { quick: { burst: 5, everySeconds: 60 }, slow: { burst: 20, everySeconds: hours(1) } },
} as const satisfies Record<string, AttemptRule>;

export type AttemptKind = keyof typeof ATTEMPT_RULES;
