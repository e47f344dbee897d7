import type { AppPrincipal, UserPrincipal } from '@signalbox/http';
import type { Revocable } from '../revocations/revocation.js';
import type { KeySet } from './key-set.js';

/** A token whose signature, issuer, audience and times were found good. Whether it was revoked since is asked each time. */
export interface VerifiedToken {
  readonly principal: AppPrincipal | UserPrincipal;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Absent for tokens of other issuers: they end when they expire. */
  readonly revocable?: Revocable;
  /** Among which its key was, and their generation then: the verdict lasts as long as that does. */
  readonly keys: KeySet;
  readonly generation: number;
  /** The key that whoever sends it must prove to have (RFC 9449). */
  readonly jkt?: string | undefined;
}

/** Seconds that clocks may differ. */
export const SKEW = 5;
