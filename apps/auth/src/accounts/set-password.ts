import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { type AccountParts, localeOf } from './account-parts.js';
import { SET_PASSWORD } from './account.queries.js';
import { voidTokens } from './one-time-tokens.js';

export interface PasswordChange {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly hash: string;
  readonly appName: string;
  readonly by: 'user' | 'recovery';
  /** The session that goes on; left out, none does. */
  readonly except?: Uuid;
  /** The address that was proved by the way. The password is changed only if it is still the user's. */
  readonly provenEmailKey?: string;
}

/**
 * All that follows from a new password, in one transaction: other sessions end, links that were sent before open nothing, the owner is
 * told. @returns undefined when there is no such user any more; else the mail to publish after the commit.
 */
export async function setPassword(
  tx: Sql,
  { mailer, endSessions, dropWaysIn }: Pick<AccountParts, 'mailer' | 'endSessions' | 'dropWaysIn'>,
  { appId, userId, hash, appName, by, except, provenEmailKey }: PasswordChange,
): Promise<{ readonly offers: Offer[]; readonly nowVerified: boolean } | undefined> {
  const { rows } = await tx.query<{ email: string | null; locale: string | null; nowVerified: boolean }>(SET_PASSWORD, [
    userId,
    hash,
    provenEmailKey ?? null,
  ]);
  const [user] = rows;
  if (user === undefined) return undefined;
  await voidTokens(tx, userId, ['recover', 'sign_in', 'change_email']);
  await endSessions(tx, { appId, userId, reason: 'password_changed', ...(except === undefined ? {} : { except }) });
  // Whoever registered an address that was not theirs may have left a passkey behind, or a way in from elsewhere.
  if (user.nowVerified) await dropWaysIn(tx, { appId, userId });
  const subject = formatId('user', userId);
  await append(tx, [{ appId, type: 'auth.password_changed', subject, data: { userId: subject, by } }]);
  if (user.email === null) return { offers: [], nowVerified: user.nowVerified };
  const mail = { appId, userId, to: user.email, locale: localeOf(user.locale) };
  const offers = await mailer.send(tx, { ...mail, template: 'password_changed', params: { appName } });
  return { offers, nowVerified: user.nowVerified };
}
