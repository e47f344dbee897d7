import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { type AccountParts, type AccountRow, type Asker, localeOf, type SlowDown } from './account-parts.js';
import { CHANGE_EMAIL, FIND_BY_EMAIL, VERIFY_EMAIL } from './account.queries.js';
import { readEmail } from './email-address.js';
import { onTheBeat } from './on-the-beat.js';
import {
  issueToken,
  readToken,
  refusalOf,
  type TokenClaims,
  type TokenRefusal,
  useToken,
  voidTokens,
} from './one-time-tokens.js';

export type VerificationOutcome =
  | { readonly end: 'verified'; readonly appId: Uuid; readonly userId: Uuid; readonly change: boolean }
  /** Another account of the app took the address meanwhile. */
  | { readonly end: 'taken'; readonly appId: Uuid }
  | { readonly end: TokenRefusal };

const PURPOSES = ['verify_email', 'change_email'] as const;

/** Proof that somebody reads the mailbox of the address they gave: at registration, or when they change it. */
export class Verification {
  constructor(private readonly parts: AccountParts) {}

  /** Of which app a link is, and whether it still works; for the page that asks before it acts. */
  async look(token: string): Promise<{ end: 'good'; appId: Uuid } | { end: TokenRefusal; appId?: Uuid }> {
    const found = await readToken(this.parts.database, token);
    if (found?.state === 'good' && found.purpose !== 'recover') return { end: 'good', appId: found.appId };
    return { end: refusalOf(found, PURPOSES), ...(found === undefined ? {} : { appId: found.appId }) };
  }

  async confirm(token: string): Promise<VerificationOutcome> {
    const { database, mailer, profileOf } = this.parts;
    const appId = (await readToken(database, token))?.appId;
    if (appId === undefined) return { end: 'unknown' };
    const { displayName } = await profileOf(appId);
    const { outcome, offers } = await database.transaction((tx) => this.take(tx, token, displayName));
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
    appName: string,
  ): Promise<{ outcome: VerificationOutcome; offers: Offer[] }> {
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
    { appId, userId, email, emailKey }: TokenClaims,
    appName: string,
  ): Promise<{ outcome: VerificationOutcome; offers: Offer[] }> {
    const { rows } = await tx.query<{ email: string | null; locale: string | null }>(CHANGE_EMAIL, [
      userId,
      email,
      emailKey,
    ]);
    const [before] = rows;
    if (before === undefined) return { outcome: { end: 'taken', appId }, offers: [] };
    // What was sent to the old address opens nothing any more; those of another change neither.
    await voidTokens(tx, userId, ['verify_email', 'change_email', 'recover']);
    await this.tell(tx, appId, userId, true);
    const mail = {
      appId,
      userId,
      locale: localeOf(before.locale),
      template: 'email_changed',
      params: { appName },
    } as const;
    const offers = before.email === null ? [] : await this.parts.mailer.send(tx, { ...mail, to: before.email });
    return { outcome: { end: 'verified', appId, userId, change: true }, offers };
  }

  private async tell(tx: Sql, appId: Uuid, userId: Uuid, change: boolean): Promise<void> {
    const subject = formatId('user', userId);
    await append(tx, [{ appId, type: 'auth.email_verified', subject, data: { userId: subject, change } }]);
  }
}
