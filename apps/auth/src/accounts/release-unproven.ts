import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { EndSessions } from './account-parts.js';
import { RELEASE_UNPROVEN } from './account.queries.js';
import { voidTokens } from './one-time-tokens.js';

/**
 * Takes an address from the account whose user never proved it, because somebody else has (a provider vouches for it, or it was proven before). The
 * account is not handed over: whoever registered it may be waiting for that. It loses address, password, sessions and links, and the
 * address is free for an account of its owner's. @returns whether there was such an account.
 */
export async function releaseUnproven(
  tx: Sql,
  endSessions: EndSessions,
  { appId, emailKey }: { readonly appId: Uuid; readonly emailKey: string },
): Promise<boolean> {
  const { rows } = await tx.query<{ id: Uuid }>(RELEASE_UNPROVEN, [appId, emailKey]);
  for (const { id: userId } of rows) {
    await voidTokens(tx, userId, ['verify_email', 'change_email', 'undo_email', 'recover']);
    await endSessions(tx, { appId, userId, reason: 'superseded' });
  }
  return rows.length > 0;
}
