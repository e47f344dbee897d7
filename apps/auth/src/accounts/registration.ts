import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import type { MailLocale } from '../mail/mails.js';
import { type AccountParts, type AccountRow, type Asker, localeOf, type SlowDown } from './account-parts.js';
import { FIND_BY_EMAIL, INSERT_USER } from './account.queries.js';
import { type EmailAddress, readEmail } from './email-address.js';
import { onTheBeat } from './on-the-beat.js';
import { issueToken } from './one-time-tokens.js';
import { HashRoomFull } from './passwords/hash-room.js';
import type { Weakness } from './passwords/weakness.js';

export interface NewRegistration {
  readonly appId: Uuid;
  readonly email: string;
  readonly password: string;
  readonly name: string | undefined;
  readonly locale: MailLocale;
  readonly visitor: Asker;
}

export type RegistrationOutcome =
  /** A mail says how it goes on: to confirm the address, or that it has an account already. */
  | { readonly end: 'accepted' }
  | { readonly end: 'weak'; readonly why: Weakness }
  /** No mail could be sent there. */
  | { readonly end: 'bad_email' }
  /** The app takes no new users. */
  | { readonly end: 'closed' }
  | SlowDown;

interface Registrant {
  readonly registration: NewRegistration;
  readonly address: EmailAddress;
  readonly hash: string;
  readonly appName: string;
}

/** Registration by address and password. Whether the address has an account is told to its mailbox, and to nobody else. */
export class Registration {
  constructor(private readonly parts: AccountParts) {}

  register(registration: NewRegistration): Promise<RegistrationOutcome> {
    return onTheBeat(() => this.registerOffTheBeat(registration));
  }

  private async registerOffTheBeat(registration: NewRegistration): Promise<RegistrationOutcome> {
    const { appId, email, password, name, visitor } = registration;
    const { passwords, limits, profileOf } = this.parts;
    const { displayName: appName, registration: openness } = await profileOf(appId);
    if (openness === 'closed') return { end: 'closed' };
    const address = readEmail(email);
    if (address === undefined) return { end: 'bad_email' };
    const why = passwords.weakness(password, { appName, email: address.address, name });
    if (why !== undefined) return { end: 'weak', why };
    const take = await limits.takeAll([
      ['sign-up-prefix', visitor.prefix],
      ['mail-address', appId, address.key],
    ]);
    if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
    try {
      const hash = await passwords.hash(password);
      await this.write({ registration, address, hash, appName });
      return { end: 'accepted' };
    } catch (error) {
      if (!(error instanceof HashRoomFull)) throw error;
      return { end: 'slow_down', retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  private async write(registrant: Registrant): Promise<void> {
    const { database, mailer } = this.parts;
    const offers = await database.transaction(async (tx) => {
      const fresh = await this.insert(tx, registrant);
      return fresh === undefined ? this.tellKnown(tx, registrant) : this.tellFresh(tx, registrant, fresh);
    });
    mailer.publish(offers);
  }

  private async insert(tx: Sql, { registration, address, hash }: Registrant): Promise<Uuid | undefined> {
    const { appId, name, locale } = registration;
    const values = [newUuid(), appId, address.address, address.key, name ?? null, locale, hash];
    return (await tx.query<{ id: Uuid }>(INSERT_USER, values)).rows[0]?.id;
  }

  private async tellFresh(tx: Sql, registrant: Registrant, userId: Uuid): Promise<Offer[]> {
    const { registration, address, appName } = registrant;
    const { appId, locale } = registration;
    const subject = formatId('user', userId);
    await append(tx, [{ appId, type: 'auth.user_registered', subject, data: { userId: subject } }]);
    const token = await issueToken(tx, { appId, userId, purpose: 'verify_email', email: address });
    const link = `${this.parts.issuer}/verify?token=${token}`;
    const to = address.address;
    return this.parts.mailer.send(tx, {
      appId,
      userId,
      to,
      locale,
      template: 'verification',
      params: { appName, link },
    });
  }

  /** The mail goes to the address as its owner wrote it, not as this visitor did. */
  private async tellKnown(tx: Sql, { registration, address, appName }: Registrant): Promise<Offer[]> {
    const { appId } = registration;
    const known = (await tx.query<AccountRow>(FIND_BY_EMAIL, [appId, address.key])).rows[0];
    if (known?.email == null || known.status !== 'active') return [];
    const token = await issueToken(tx, { appId, userId: known.id, purpose: 'recover', email: address });
    const link = `${this.parts.issuer}/recover?token=${token}`;
    const mail = { appId, userId: known.id, to: known.email, locale: localeOf(known.locale) };
    return this.parts.mailer.send(tx, { ...mail, template: 'already_registered', params: { appName, link } });
  }
}
