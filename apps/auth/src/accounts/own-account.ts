import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { lockUser } from '../mfa/factors/lock-user.js';
import { hasEnded } from '../sessions/has-ended.js';
import { type AccountParts, type AccountRow, localeOf, type SlowDown } from './account-parts.js';
import { CHANGE_PROFILE, FIND_BY_EMAIL, FIND_BY_ID, READ_PROFILE } from './account.queries.js';
import { type EmailAddress, readEmail } from './email-address.js';
import { onTheBeat } from './on-the-beat.js';
import { issueToken } from './one-time-tokens.js';
import { HashRoomFull } from './passwords/hash-room.js';
import type { Weakness } from './passwords/weakness.js';
import { setPassword } from './set-password.js';

/** Why nothing is changed: there is no such user any more, or the session that asks was ended meanwhile. */
type Absence = { readonly end: 'gone' } | { readonly end: 'signed_out' };

/** A signed-in user, who changes what is theirs. */
export interface Owner {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly sessionId: Uuid | undefined;
}

export interface OwnProfile {
  readonly id: Uuid;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly locale: string | null;
  readonly hasPassword: boolean;
  readonly createdAt: Date;
}

export type PasswordChangeOutcome =
  { readonly end: 'changed' } | { readonly end: 'weak'; readonly why: Weakness } | Absence | SlowDown;

export type EmailChangeOutcome = { readonly end: 'accepted' } | { readonly end: 'bad_email' } | Absence | SlowDown;

/** What users do with their own account while they are signed in. */
export class OwnAccount {
  constructor(private readonly parts: AccountParts) {}

  /** Undefined for a user of another app, and one who is gone. */
  async read({ appId, userId }: Owner): Promise<OwnProfile | undefined> {
    return (await this.parts.database.query<OwnProfile>(READ_PROFILE, [appId, userId])).rows[0];
  }

  /** `null` takes the name away; what is left out stays. */
  async change(
    { appId, userId }: Owner,
    to: { name?: string | null | undefined; locale?: string | undefined },
  ): Promise<boolean> {
    const values = [appId, userId, to.name !== undefined, to.name ?? null, to.locale ?? null];
    return (await this.parts.database.query(CHANGE_PROFILE, values)).rowCount > 0;
  }

  /** Sends a link to the new address; until it is opened the old one counts. The same answer for an address that another user has. */
  changeEmail(owner: Owner, email: string): Promise<EmailChangeOutcome> {
    return onTheBeat(async () => {
      const address = readEmail(email);
      if (address === undefined) return { end: 'bad_email' };
      const take = await this.parts.limits.takeAll([
        ['mail-address', owner.appId, address.key],
        ['mail-prefix', owner.userId],
      ]);
      if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
      return this.sendLink(owner, address);
    });
  }

  /** Ends all other sessions. */
  async changePassword(owner: Owner, password: string): Promise<PasswordChangeOutcome> {
    const { database, passwords, limits, mailer, profileOf } = this.parts;
    const { appId, userId, sessionId } = owner;
    const profile = await this.read(owner);
    if (profile === undefined) return { end: 'gone' };
    const { displayName: appName } = await profileOf(appId);
    const context = { appName, email: profile.email ?? undefined, name: profile.name ?? undefined };
    const why = passwords.weakness(password, context);
    if (why !== undefined) return { end: 'weak', why };
    const take = await limits.take('password-change', userId);
    if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
    try {
      const hash = await passwords.hash(password);
      const except = sessionId === undefined ? {} : { except: sessionId };
      const change = { appId, userId, hash, appName, by: 'user', ...except } as const;
      const set = await database.transaction(
        async (tx) =>
          (await absent(tx, owner)) ?? (await setPassword(tx, this.parts, change)) ?? ({ end: 'gone' } as const),
      );
      if ('end' in set) return set;
      mailer.publish(set.offers);
      return { end: 'changed' };
    } catch (error) {
      if (!(error instanceof HashRoomFull)) throw error;
      return { end: 'slow_down', retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  private async sendLink(owner: Owner, email: EmailAddress): Promise<EmailChangeOutcome> {
    const { appId, userId, sessionId } = owner;
    const { database, mailer, issuer, profileOf } = this.parts;
    const [user] = (await database.query<AccountRow>(FIND_BY_ID, [appId, userId])).rows;
    if (user?.status !== 'active') return { end: 'gone' };
    const [other] = (await database.query<AccountRow>(FIND_BY_EMAIL, [appId, email.key])).rows;
    const { displayName: appName } = await profileOf(appId);
    const sent = await database.transaction(async (tx) => {
      const absence = await absent(tx, owner);
      if (absence !== undefined) return absence;
      const isTaken = other?.email != null && other.id !== userId;
      // Who may not sign in has no use for a link, and of whoever is being erased nothing is written any more.
      if (isTaken && other.status !== 'active') return [];
      // The one who has the address is told by mail; the one who asks for it sees no difference.
      const receiver = isTaken ? other : user;
      const purpose = isTaken ? 'recover' : 'change_email';
      const token = await issueToken(tx, { appId, userId: receiver.id, purpose, email, sessionId });
      const mail = { appId, userId: receiver.id, locale: localeOf(receiver.locale) };
      const params = { appName, link: `${issuer}/${isTaken ? 'recover' : 'verify'}?token=${token}` };
      return isTaken
        ? mailer.send(tx, { ...mail, to: other.email, template: 'already_registered', params })
        : mailer.send(tx, { ...mail, to: email.address, template: 'email_change', params });
    });
    if ('end' in sent) return sent;
    mailer.publish(sent);
    return { end: 'accepted' };
  }
}

/** Looks again at who asks, and holds both: whoever signs the user out waits, or was first. */
async function absent(tx: Sql, owner: Owner): Promise<Absence | undefined> {
  if (!(await lockUser(tx, owner))) return { end: 'gone' };
  if (owner.sessionId !== undefined && (await hasEnded(tx, owner.sessionId))) return { end: 'signed_out' };
  return undefined;
}
