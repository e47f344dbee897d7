import { challenge, type Scheme } from './challenge.js';
import type { Recency } from './policy.js';
import { ACR, type UserPrincipal } from './principal.js';
import { Problem } from './problem.js';

/** Whether a user has a second factor. Asked only where a route wants it of those who have one. */
export type HasSecondFactor = (caller: UserPrincipal) => Promise<boolean>;

/** 401 with what RFC 9470 says, when the user signed in too long ago; undefined when they did so lately. */
export function signInAgain(recent: Recency, { authTime }: UserPrincipal, scheme: Scheme): Problem | undefined {
  const age = authTime === undefined ? Infinity : Date.now() / 1_000 - authTime;
  if (age <= recent.maxAgeSeconds) return undefined;
  return insufficient(`Sign in again: this needs a sign-in of the last ${recent.maxAgeSeconds} seconds.`, scheme, {
    max_age: recent.maxAgeSeconds,
  });
}

/** The same, when the route wants a second factor of whoever has one and this sign-in had none. */
export async function useSecondFactor(
  recent: Recency,
  caller: UserPrincipal,
  scheme: Scheme,
  hasSecondFactor: HasSecondFactor,
): Promise<Problem | undefined> {
  if (recent.acr === undefined || caller.acr === ACR.twoFactors || !(await hasSecondFactor(caller))) return undefined;
  return insufficient('Sign in again with the second factor: this needs it of everybody who has one.', scheme, {
    acr_values: ACR.twoFactors,
    max_age: recent.maxAgeSeconds,
  });
}

function insufficient(detail: string, scheme: Scheme, parameters: Readonly<Record<string, string | number>>): Problem {
  const error = 'insufficient_user_authentication';
  return new Problem({ status: 401, code: error, detail, headers: challenge(scheme, error, parameters) });
}
