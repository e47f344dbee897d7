import { createHash } from 'node:crypto';
import type { Database } from '@signalbox/database';
import { decodeJwt } from 'jose';
import Provider, { errors } from 'oidc-provider';
import { SAVE_FIRST } from './records.queries.js';

/** The engine asks here for proofs of possession and for clients' assertions, each by its issuer's id. */
export function refuseReplays(provider: Provider, database: Database): void {
  Object.assign(provider.ReplayDetection, {
    unique: async (issuer: string, jti: string, expiresAt: number): Promise<boolean> => {
      const isFirst = await seenOnce(database, issuer, jti, expiresAt);
      // The engine would call the grant invalid, and a phone that hears that signs its user out (RFC 9449 section 5).
      if (!isFirst && isProof(jti)) throw new errors.InvalidDpopProof('the proof was used before');
      return isFirst;
    },
  });
}

/** Whether it is the name of the request's proof. */
function isProof(jti: string): boolean {
  try {
    return decodeJwt(Provider.ctx?.get('DPoP') ?? '').jti === jti;
  } catch {
    return false;
  }
}

/**
 * Whether a proof or assertion is seen for the first time (RFC 9449 section 11.1, RFC 7523 section 3). The write decides it: of two
 * that come in one moment, one is the first.
 *
 * @param expiresAt seconds since 1970 after which it is refused for its age anyway.
 */
async function seenOnce(database: Database, issuer: string, jti: string, expiresAt: number): Promise<boolean> {
  const id = createHash('sha256').update(issuer).update('\0').update(jti).digest();
  const seconds = Math.max(1, Math.ceil(expiresAt - Date.now() / 1_000));
  const { rowCount } = await database.query(SAVE_FIRST, ['ReplayDetection', id, seconds]);
  return rowCount === 1;
}
