import { createHash } from 'node:crypto';
import type { Database } from '@signalbox/database';
import { SAVE_FIRST } from './records.queries.js';

/**
 * Whether a proof or assertion is seen for the first time (RFC 9449 section 11.1, RFC 7523 section 3). The write decides it: of two
 * that come in one moment, one is the first.
 *
 * @param expiresAt seconds since 1970 after which it is refused for its age anyway.
 */
export async function seenOnce(database: Database, issuer: string, jti: string, expiresAt: number): Promise<boolean> {
  const id = createHash('sha256').update(issuer).update('\0').update(jti).digest();
  const seconds = Math.max(1, Math.ceil(expiresAt - Date.now() / 1_000));
  const { rowCount } = await database.query(SAVE_FIRST, ['ReplayDetection', id, seconds]);
  return rowCount === 1;
}
