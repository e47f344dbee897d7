import { Problem } from '@signalbox/http';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';

/** Seconds. A stolen token is worth something for no longer than this. */
const LONGEST_LIFE = 24 * 3_600;
/** Seconds that the backend's clock may differ from ours. */
const CLOCK_TOLERANCE = 60;

/** Whether it is meant to be one that a backend signed with the key's secret: access tokens are signed with private keys. */
export function isSharedSecretToken(token: string): boolean {
  try {
    return !/^(ES|RS|PS|Ed)/.test(decodeProtectedHeader(token).alg ?? '');
  } catch {
    return true;
  }
}

/**
 * Checks the token with which a backend tells us who sits before the phone: a JWT (RFC 7519) signed HS256 with the key's
 * user token secret, `sub` the user, `exp` at most 24 hours ahead. Its UTF-8 bytes are the HMAC key.
 *
 * @returns the user id.
 * @throws Problem 403 `user_token_refused`, saying what is wrong and never repeating the token.
 */
export async function verifyUserToken(token: string, secret: Uint8Array, now = new Date()): Promise<string> {
  const { sub, exp } = await claimsOf(token, secret, now);
  if (typeof sub !== 'string' || sub === '') throw refused('it names no user: set sub to the user id');
  if (exp === undefined) throw refused('it has no exp');
  if (exp - now.getTime() / 1_000 > LONGEST_LIFE + CLOCK_TOLERANCE)
    throw refused('its exp is more than 24 hours ahead');
  return sub;
}

async function claimsOf(token: string, secret: Uint8Array, now: Date): Promise<{ sub?: string; exp?: number }> {
  try {
    const { payload } = await jwtVerify<unknown>(token, secret, {
      // Pinned: a token must not choose its own algorithm (RFC 8725 section 3.1).
      algorithms: ['HS256'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: now,
    });
    return payload;
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is missing or wrong`;
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return "its signature is not that of this key's user token secret";
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not HS256';
  if (error instanceof errors.JOSEError) return 'it is not a JWT';
  throw error;
}

function refused(reason: string): Problem {
  return new Problem({
    status: 403,
    code: 'user_token_refused',
    detail: `The Signalbox-User-Token was refused: ${reason}.`,
  });
}
