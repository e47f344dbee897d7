import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { lockUser } from '../mfa/factors/lock-user.js';
import { hasEnded } from '../sessions/has-ended.js';
import { type AccountParts, type AccountRow, type Asker, localeOf, type SlowDown } from './account-parts.js';
import { CHANGE_EMAIL, FIND_BY_EMAIL, VERIFY_EMAIL } from './account.queries.js';
import { readEmail } from './email-address.js';
import { KEEP_PAST_EMAIL } from './email-undo/past-email.queries.js';
import type { PastEmail } from './email-undo/put-back.js';
import { onTheBeat } from './on-the-beat.js';
import {
  issueToken,
  readToken,
  refusalOf,
  type TokenClaims,
  type TokenPurpose,
  type TokenRefusal,
  useToken,
  voidTokens,
} from './one-time-tokens.js';
import { otherHolder } from './other-holder.js';
import { whereNamesMeet } from './where-names-meet.js';

export type VerificationOutcome =
  | { readonly end: 'verified'; readonly appId: Uuid; readonly userId: Uuid; readonly change: boolean }
  /** Another account of the app took the address meanwhile. */
  | { readonly end: 'taken'; readonly appId: Uuid }
  | { readonly end: TokenRefusal };

const PURPOSES = ['verify_email', 'change_email'] as const;
const isOne = (purpose: TokenPurpose): boolean => (PURPOSES as readonly TokenPurpose[]).includes(purpose);

/** Proof that somebody reads the mailbox of the address they gave: at registration, or when they change it. */
export class Verification {
  constructor(private readonly parts: AccountParts) {}

  /** Of which app a link is, and whether it still works; for the page that asks before it acts. */
  async look(token: string): Promise<{ end: 'good'; appId: Uuid } | { end: TokenRefusal; appId?: Uuid }> {
    const found = await readToken(this.parts.database, token);
    if (found?.state === 'good' && isOne(found.purpose)) return { end: 'good', appId: found.appId };
    return { end: refusalOf(found, PURPOSES), ...(found === undefined ? {} : { appId: found.appId }) };
  }

  async confirm(token: string): Promise<VerificationOutcome> {
    const { database, mailer, profileOf } = this.parts;
    const found = await readToken(database, token);
    if (found === undefined) return { end: 'unknown' };
    const { displayName } = await profileOf(found.appId);
    const { outcome, offers } = await whereNamesMeet(() =>
      database.transaction(async (tx) => {
        // Before the link: two links of one user that are opened at once would wait for each other.
        await lockUser(tx, found);
        return this.take(tx, token, found, displayName);
      }),
    );
    mailer.publish(offers);
    return outcome;
  }

  /** Sends the link again, if there is an unproven account. The same answer if there is none. */
  async sendAgain(appId: Uuid, email: string, visitor: Asker): Promise<{ readonly end: 'accepted' } | SlowDown> {
    return onTheBeat(async () => {
      const address = readEmail(email);
      const take = await this.parts.limits.takeAll([
        ['mail-prefix', visitor.prefix],
        ['mail-address', appId, address?.key ?? ''],
      ]);
      if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
      if (address === undefined) return { end: 'accepted' };
      const { rows } = await this.parts.database.query<AccountRow>(FIND_BY_EMAIL, [appId, address.key]);
      const user = rows[0];
      if (user?.email == null || user.verified || user.status !== 'active') return { end: 'accepted' };
      const { displayName: appName } = await this.parts.profileOf(appId);
      const [userId, to, locale] = [user.id, user.email, localeOf(user.locale)];
      const offers = await this.parts.database.transaction(async (tx) => {
        const token = await issueToken(tx, { appId, userId, purpose: 'verify_email', email: address });
        const link = `${this.parts.issuer}/verify?token=${token}`;
        return this.parts.mailer.send(tx, {
          appId,
          userId,
          to,
          locale,
          template: 'verification',
          params: { appName, link },
        });
      });
      this.parts.mailer.publish(offers);
      return { end: 'accepted' };
    });
  }

  private async take(
    tx: Sql,
    token: string,
    found: NonNullable<Awaited<ReturnType<typeof readToken>>>,
    appName: string,
  ): Promise<{ outcome: VerificationOutcome; offers: Offer[] }> {
    // The link is not used up by it, since the page behind it says why.
    if (found.state === 'good' && found.purpose === 'change_email' && (await otherHolder(tx, found)) !== undefined) {
      return { outcome: { end: 'taken', appId: found.appId }, offers: [] };
    }
    const claims = await useToken(tx, token, PURPOSES);
    if (typeof claims === 'string') return { outcome: { end: claims }, offers: [] };
    return claims.purpose === 'change_email' ? this.change(tx, claims, appName) : this.verify(tx, claims);
  }

  private async verify(
    tx: Sql,
    { appId, userId, emailKey }: TokenClaims,
  ): Promise<{ outcome: VerificationOutcome; offers: Offer[] }> {
    const { rows } = await tx.query<{ nowVerified: boolean }>(VERIFY_EMAIL, [userId, emailKey]);
    const [row] = rows;
    // The user has another address by now, or is gone: what this link proves is of no use.
    if (row === undefined) return { outcome: { end: 'expired' }, offers: [] };
    if (row.nowVerified) await this.tell(tx, appId, userId, false);
    return { outcome: { end: 'verified', appId, userId, change: false }, offers: [] };
  }

  private async change(
    tx: Sql,
    { appId, userId, email, emailKey, sessionId }: TokenClaims,
    appName: string,
  ): Promise<{ outcome: VerificationOutcome; offers: Offer[] }> {
    // Whoever asked for it may not have been the user: what a session began ends with it.
    if (sessionId !== null && (await hasEnded(tx, sessionId))) return { outcome: { end: 'expired' }, offers: [] };
    type Before = PastEmail & { readonly locale: string | null };
    const [before] = (await tx.query<Before>(CHANGE_EMAIL, [userId, email, emailKey])).rows;
    if (before === undefined) return { outcome: { end: 'expired' }, offers: [] };
    // What was sent to the old address opens nothing any more; those of another change neither.
    await voidTokens(tx, userId, ['verify_email', 'change_email', 'recover']);
    await this.tell(tx, appId, userId, true);
    const outcome = { end: 'verified', appId, userId, change: true } as const;
    // The same address, written otherwise.
    if (before.emailKey === emailKey) return { outcome, offers: [] };
    const link = await this.keepBefore(tx, { appId, userId, sessionId }, before);
    if (before.email === null) return { outcome, offers: [] };
    const mail = { appId, userId, to: before.email, locale: localeOf(before.locale) };
    const params = { appName, ...(link !== undefined && { link }) };
    return { outcome, offers: await this.parts.mailer.send(tx, { ...mail, template: 'email_changed', params }) };
  }

  /**
   * Of several changes within the days in which one can be undone, the first one's address can be had back: a thief's, who changes it
   * twice or is undone, is none that counted before. Nor is one that was never proven: somebody else may read its mailbox.
   *
   * @returns the link that undoes the change.
   */
  private async keepBefore(
    tx: Sql,
    { appId, userId, sessionId }: { readonly appId: Uuid; readonly userId: Uuid; readonly sessionId: Uuid | null },
    { email: address, emailKey: key, verifiedAt }: PastEmail,
  ): Promise<string | undefined> {
    const values = [newUuid(), appId, userId, sessionId, address, key, verifiedAt];
    const { isOldest } = (await tx.query<{ isOldest: boolean }>(KEEP_PAST_EMAIL, values)).rows[0]!;
    if (address === null || key === null || verifiedAt === null || !isOldest) return undefined;
    const token = await issueToken(tx, { appId, userId, purpose: 'undo_email', email: { address, key } });
    return `${this.parts.issuer}/undo?token=${token}`;
  }

  private async tell(tx: Sql, appId: Uuid, userId: Uuid, change: boolean): Promise<void> {
    const subject = formatId('user', userId);
    await append(tx, [{ appId, type: 'auth.email_verified', subject, data: { userId: subject, change } }]);
  }
}
