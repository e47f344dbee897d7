import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { lockUser } from '../mfa/factors/lock-user.js';
import { type AccountParts, type AccountRow, type Asker, localeOf, type SlowDown } from './account-parts.js';
import { FIND_BY_EMAIL, FIND_BY_ID } from './account.queries.js';
import { readEmail } from './email-address.js';
import { onTheBeat } from './on-the-beat.js';
import { issueToken, readToken, refusalOf, type TokenRefusal, useToken } from './one-time-tokens.js';
import { HashRoomFull } from './passwords/hash-room.js';
import type { Weakness } from './passwords/weakness.js';
import { setPassword } from './set-password.js';

export type RecoveryOutcome =
  /** The password is changed and every session over. Nobody is signed in by it: that takes the new password, and what else it takes. */
  | { readonly end: 'reset'; readonly appId: Uuid; readonly userId: Uuid }
  | { readonly end: 'weak'; readonly why: Weakness }
  | { readonly end: TokenRefusal }
  | SlowDown;

const PURPOSES = ['recover'] as const;

/** A new password for whoever reads the account's mailbox. */
export class Recovery {
  constructor(private readonly parts: AccountParts) {}

  /** Sends a link, if there is such an account. The same answer if there is none. */
  async ask(appId: Uuid, email: string, visitor: Asker): Promise<{ readonly end: 'accepted' } | SlowDown> {
    return onTheBeat(async () => {
      const address = readEmail(email);
      const take = await this.parts.limits.takeAll([
        ['mail-prefix', visitor.prefix],
        ['mail-address', appId, address?.key ?? ''],
      ]);
      if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
      if (address !== undefined) await this.sendLink(appId, await this.found(appId, address.key));
      return { end: 'accepted' };
    });
  }

  /** Of which app a link is, and whether it still works; for the page that asks before it acts. */
  async look(token: string): Promise<{ end: 'good'; appId: Uuid } | { end: TokenRefusal; appId?: Uuid }> {
    const found = await readToken(this.parts.database, token);
    if (found?.state === 'good' && found.purpose === 'recover') return { end: 'good', appId: found.appId };
    return { end: refusalOf(found, PURPOSES), ...(found === undefined ? {} : { appId: found.appId }) };
  }

  /** A weak password does not use the token up. */
  async reset(token: string, password: string): Promise<RecoveryOutcome> {
    const { database, passwords, mailer } = this.parts;
    const found = await readToken(database, token);
    if (found?.state !== 'good' || found.purpose !== 'recover') return { end: refusalOf(found, PURPOSES) };
    const { displayName: appName } = await this.parts.profileOf(found.appId);
    const { rows } = await database.query<AccountRow>(FIND_BY_ID, [found.appId, found.userId]);
    const context = { appName, email: rows[0]?.email ?? undefined, name: rows[0]?.name ?? undefined };
    const why = passwords.weakness(password, context);
    if (why !== undefined) return { end: 'weak', why };
    try {
      const hash = await passwords.hash(password);
      const { outcome, offers } = await database.transaction(async (tx) => {
        // Before the link: whoever voids it holds the user first, too.
        await lockUser(tx, found);
        return this.take(tx, token, hash, appName);
      });
      mailer.publish(offers);
      return outcome;
    } catch (error) {
      if (!(error instanceof HashRoomFull)) throw error;
      return { end: 'slow_down', retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  /** Sends a link to a user whose password somebody else may know; nothing to whoever has no address. */
  async begin({ appId, userId }: { readonly appId: Uuid; readonly userId: Uuid }): Promise<void> {
    const { rows } = await this.parts.database.query<AccountRow>(FIND_BY_ID, [appId, userId]);
    await this.sendLink(appId, rows[0]);
  }

  /** The same in the caller's transaction. @returns the mail to publish after the commit. */
  async beginIn(
    tx: Sql,
    { appId, userId }: { readonly appId: Uuid; readonly userId: Uuid },
    appName: string,
  ): Promise<Offer[]> {
    return this.writeLink(tx, appId, (await tx.query<AccountRow>(FIND_BY_ID, [appId, userId])).rows[0], appName);
  }

  private async found(appId: Uuid, key: string): Promise<AccountRow | undefined> {
    return (await this.parts.database.query<AccountRow>(FIND_BY_EMAIL, [appId, key])).rows[0];
  }

  private async sendLink(appId: Uuid, user: AccountRow | undefined): Promise<void> {
    const { database, mailer, profileOf } = this.parts;
    if (user === undefined) return;
    const { displayName: appName } = await profileOf(appId);
    mailer.publish(await database.transaction((tx) => this.writeLink(tx, appId, user, appName)));
  }

  private async writeLink(tx: Sql, appId: Uuid, user: AccountRow | undefined, appName: string): Promise<Offer[]> {
    if (user?.email == null || user.emailKey === null || user.status !== 'active') return [];
    const [userId, address, key, locale] = [user.id, user.email, user.emailKey, localeOf(user.locale)];
    const token = await issueToken(tx, { appId, userId, purpose: 'recover', email: { address, key } });
    const params = { appName, link: `${this.parts.issuer}/recover?token=${token}` };
    return this.parts.mailer.send(tx, { appId, userId, to: address, locale, template: 'recovery', params });
  }

  private async take(
    tx: Sql,
    token: string,
    hash: string,
    appName: string,
  ): Promise<{ outcome: RecoveryOutcome; offers: Offer[] }> {
    const claims = await useToken(tx, token, PURPOSES);
    if (typeof claims === 'string') return { outcome: { end: claims }, offers: [] };
    const { appId, userId, emailKey } = claims;
    // Whoever reads the mailbox has proved the address as well: whoever registered it before and could not, loses what they set.
    const change = { appId, userId, hash, appName, by: 'recovery', provenEmailKey: emailKey } as const;
    const set = await setPassword(tx, this.parts, change);
    if (set === undefined) return { outcome: { end: 'expired' }, offers: [] };
    if (set.nowVerified) {
      const subject = formatId('user', userId);
      await append(tx, [{ appId, type: 'auth.email_verified', subject, data: { userId: subject, change: false } }]);
    }
    return { outcome: { end: 'reset', appId, userId }, offers: set.offers };
  }
}
