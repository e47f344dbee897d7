import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { EndSessions } from '../account-parts.js';
import { PUT_EMAIL_BACK } from '../account.queries.js';
import { voidTokens } from '../one-time-tokens.js';
import { otherHolder } from '../other-holder.js';
import { releaseUnproven } from '../release-unproven.js';
import { EMAIL_BEFORE, FORGET_PAST_EMAILS } from './past-email.queries.js';

interface User {
  readonly appId: Uuid;
  readonly userId: Uuid;
}

/** An address as it counted before. */
export interface PastEmail {
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly verifiedAt: Date | null;
}

/** ... and where it was kept. */
export interface KeptEmail extends PastEmail {
  readonly id: Uuid;
}

const NO_EMAIL: PastEmail = { email: null, emailKey: null, verifiedAt: null };

/**
 * Puts back the address that counted before these sessions changed it, if they did. What they put there is the user's no longer in any
 * case: where somebody else has proven the address of before meanwhile, the account is left without one. The user is locked by the caller.
 */
export async function undoEmailChanges(
  tx: Sql,
  endSessions: EndSessions,
  user: User,
  sessions: readonly Uuid[],
): Promise<void> {
  const before = (await tx.query<KeptEmail>(EMAIL_BEFORE, [user.userId, sessions])).rows[0];
  if (before === undefined) return;
  if (!(await putBack(tx, endSessions, user, before))) await putBack(tx, endSessions, user, { ...before, ...NO_EMAIL });
}

/**
 * Gives a user, who is locked by the caller, an address of before, and voids the links that were sent: also the one that undoes a
 * change, unless an earlier change is still there to be undone. Fails on a name that somebody takes at this moment (`whereNamesMeet`). @returns false where another user of the app has it by now: nothing is changed.
 */
export async function putBack(tx: Sql, endSessions: EndSessions, user: User, past: KeptEmail): Promise<boolean> {
  const { appId, userId } = user;
  const { email, emailKey, verifiedAt } = past;
  const holder = emailKey === null ? undefined : await otherHolder(tx, { appId, userId, emailKey });
  if (emailKey !== null && holder !== undefined) {
    if (holder.verified || verifiedAt === null) return false;
    // It was free for a while, and may have been registered by whoever took it away.
    await releaseUnproven(tx, endSessions, { appId, emailKey });
  }
  await tx.query(PUT_EMAIL_BACK, [userId, email, emailKey, verifiedAt]);
  await voidTokens(tx, userId, ['verify_email', 'change_email', 'recover', 'sign_in']);
  const { isOneLeft } = (await tx.query<{ isOneLeft: boolean }>(FORGET_PAST_EMAILS, [userId, past.id])).rows[0]!;
  if (!isOneLeft) await voidTokens(tx, userId, ['undo_email']);
  if (verifiedAt === null) return true;
  const subject = formatId('user', userId);
  await append(tx, [{ appId, type: 'auth.email_verified', subject, data: { userId: subject, change: true } }]);
  return true;
}
