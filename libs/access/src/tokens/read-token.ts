import { decodeJwt, decodeProtectedHeader, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { TokenRefused } from './token-refused.js';

/** Longer ones are refused before anything is read of them. */
const LONGEST = 8_192;

/** Keys come from where the issuer keeps them and from nowhere else, whatever a token says. */
const KEY_POINTERS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

export interface UnverifiedToken {
  readonly header: JWTHeaderParameters;
  readonly payload: JWTPayload;
}

/** What a token says of itself: to choose who verifies it, and for nothing else. @throws TokenRefused */
export function readUnverified(token: string): UnverifiedToken {
  if (token.length > LONGEST) throw new TokenRefused(`It is longer than ${LONGEST} bytes.`);
  try {
    const header = decodeProtectedHeader(token) as JWTHeaderParameters;
    const pointer = KEY_POINTERS.find((name) => name in header);
    if (pointer !== undefined) throw new TokenRefused(`Its header names a key of its own (${pointer}).`);
    return { header, payload: decodeJwt(token) };
  } catch (error) {
    if (error instanceof TokenRefused) throw error;
    throw new TokenRefused('It is no JWT.');
  }
}
