import { ACR } from '@signalbox/http';
import type { AuthSettings } from '../../settings/auth-settings.js';
import { acrOf, type SecondFactorMethod } from '../../sign-in/factor.js';

/** A sign-in at any moment of it, with a first factor at least. */
export interface SignInSoFar {
  /** How it was proven so far who sits there. */
  readonly amr: readonly string[];
  /** What the user has set up. */
  readonly enrolled: readonly SecondFactorMethod[];
  readonly mfa: AuthSettings['mfa'];
  /** A client wants no less than two factors. */
  readonly wantsTwoFactors: boolean;
  /** Something about it is unusual, and the app wants to be surer then. */
  readonly suspicious: boolean;
  /** There is a mailbox that is the user's. */
  readonly canMail: boolean;
}

export type NextProof =
  /** Enough is proven. */
  | { readonly next: 'nothing' }
  | { readonly next: 'second-factor'; readonly methods: readonly SecondFactorMethod[] }
  /** There has to be a second factor, and the user has none: it is set up now. */
  | { readonly next: 'enrolment' };

/** What a visitor has to prove next. Pure: the whole policy of second factors is this function. */
export function nextProof({ amr, enrolled, mfa, wantsTwoFactors, suspicious, canMail }: SignInSoFar): NextProof {
  if (acrOf(amr) === ACR.twoFactors) return { next: 'nothing' };
  // Whoever has a second factor is asked for it; an app that switched them off asks only where a client or a doubt does.
  if (enrolled.length > 0 && (mfa !== 'off' || wantsTwoFactors || suspicious)) {
    return { next: 'second-factor', methods: enrolled };
  }
  // Before enrolment: a thief of a password would set up a factor of his own, and keep the owner out with it.
  if (suspicious && canMail && !amr.includes('mail')) return { next: 'second-factor', methods: ['mail_code'] };
  if (mfa === 'required' || (mfa === 'optional' && wantsTwoFactors)) return { next: 'enrolment' };
  return { next: 'nothing' };
}
