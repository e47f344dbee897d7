import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { Mailer } from '../mail/mailer.js';
import type { AccountParts, AppProfile, DropSince, DropWaysIn, EndSessions } from './account-parts.js';
import { EmailUndo } from './email-undo/email-undo.js';
import { MailCodes } from './mail-codes.js';
import { OwnAccount } from './own-account.js';
import { PasswordSignIn } from './password-sign-in.js';
import type { Argon2Cost } from './passwords/argon2.js';
import type { HashRoomSize } from './passwords/hash-room.js';
import { Passwords } from './passwords/passwords.js';
import { Recovery } from './recovery.js';
import { Registration } from './registration.js';
import { Verification } from './verification.js';

export interface AccountsOptions {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly publisher: Publisher;
  readonly profileOf: (appId: Uuid) => Promise<AppProfile>;
  readonly endSessions: EndSessions;
  readonly dropWaysIn: DropWaysIn;
  readonly dropSince: DropSince;
  readonly issuer: string;
  readonly hashing: HashRoomSize;
  readonly cost?: Argon2Cost;
}

/** Local accounts, put together. */
export class Accounts {
  readonly limits: AttemptLimits;
  readonly mailer: Mailer;
  readonly passwords: Passwords;
  readonly signIn: PasswordSignIn;
  readonly registration: Registration;
  readonly verification: Verification;
  readonly recovery: Recovery;
  readonly emailUndo: EmailUndo;
  readonly own: OwnAccount;
  readonly mailCodes: MailCodes;

  constructor({
    database,
    envelope,
    publisher,
    profileOf,
    endSessions,
    dropWaysIn,
    dropSince,
    issuer,
    hashing,
    cost,
  }: AccountsOptions) {
    this.limits = new AttemptLimits(database);
    this.mailer = new Mailer(envelope, publisher);
    this.passwords = new Passwords(hashing, cost);
    const { limits, mailer, passwords } = this;
    const ends = { endSessions, dropWaysIn, dropSince };
    const parts: AccountParts = { database, passwords, limits, mailer, profileOf, ...ends, issuer };
    this.signIn = new PasswordSignIn(parts);
    this.registration = new Registration(parts);
    this.verification = new Verification(parts);
    this.recovery = new Recovery(parts);
    this.emailUndo = new EmailUndo(parts, this.recovery);
    this.own = new OwnAccount(parts);
    this.mailCodes = new MailCodes(parts, envelope.derive('mail codes'));
  }
}
