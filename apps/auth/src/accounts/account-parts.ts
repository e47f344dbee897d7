import type { SignOutReason, Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import type { AttemptLimits } from '../limits/attempt-limits.js';
import type { Mailer } from '../mail/mailer.js';
import type { MailLocale } from '../mail/mails.js';
import type { Passwords } from './passwords/passwords.js';

/** Who asks, as far as limits look at them. */
export interface Asker {
  /** The network: /24 of IPv4, /48 of IPv6. */
  readonly prefix: string;
  /** What is proven about the device, never what it says of itself. */
  readonly deviceId: string | undefined;
}

/** What an app settled about its accounts. */
export interface AppProfile {
  readonly displayName: string;
  readonly registration: 'open' | 'closed';
  readonly emailVerification: 'required' | 'later';
}

/** Ends the sessions of a user, in the transaction that makes it necessary. */
export type EndSessions = (
  tx: Sql,
  of: { readonly appId: Uuid; readonly userId: Uuid; readonly except?: Uuid; readonly reason: SignOutReason },
) => Promise<unknown>;

/** Takes all second factors, passkeys and identities at other providers from a user, in the transaction that makes it necessary. */
export type DropWaysIn = (tx: Sql, user: { readonly appId: Uuid; readonly userId: Uuid }) => Promise<unknown>;

/** Takes from a user what could sign them in and was added since a time, in the transaction that makes it necessary. */
export type DropSince = (
  tx: Sql,
  user: { readonly appId: Uuid; readonly userId: Uuid },
  since: Date,
) => Promise<unknown>;

/** What everything about accounts stands on. */
export interface AccountParts {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly limits: AttemptLimits;
  readonly mailer: Mailer;
  readonly profileOf: (appId: Uuid) => Promise<AppProfile>;
  readonly endSessions: EndSessions;
  readonly dropWaysIn: DropWaysIn;
  readonly dropSince: DropSince;
  /** Where links in mails lead: the issuer's URL, without a slash at its end. */
  readonly issuer: string;
}

/** Come again later. Said to everybody alike, whether there is such an account or not. */
export interface SlowDown {
  readonly end: 'slow_down';
  readonly retryAfterSeconds: number;
}

/** A user as these features read one. */
export interface AccountRow {
  readonly id: Uuid;
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly verified: boolean;
  readonly name: string | null;
  readonly locale: string | null;
  readonly status: 'active' | 'disabled' | 'erasing';
}

export const localeOf = (locale: string | null): MailLocale => (locale === 'de' ? 'de' : 'en');
