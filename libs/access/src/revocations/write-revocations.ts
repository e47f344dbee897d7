import type { Sql } from '@signalbox/database';
import type { RevocationKind } from './revocation.js';
import { insertRevocations } from './revocation.queries.js';

/** Seconds that an entry is kept: twice the life of an access token, so that clocks and slow readers do not matter. */
const KEPT_FOR = 600;

/** What is to be refused. */
export interface NewRevocation {
  readonly kind: RevocationKind;
  /** `ses_...`, `usr_...`, `cli_...` or `key_...`. */
  readonly value: string;
  /** Only tokens that were issued before it, to the second; absent: all, for as long as any of today's lives. */
  readonly before?: Date | undefined;
}

/**
 * Makes every service refuse access tokens, from a moment after the commit of `tx`. It ends tokens only: whoever writes it ends what
 * new ones would be issued for, in the same transaction.
 */
export async function writeRevocations(tx: Sql, entries: readonly NewRevocation[]): Promise<void> {
  if (entries.length > 0) await insertRevocations(tx, entries, KEPT_FOR);
}
