import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Factor, SecondFactorMethod } from '../sign-in/factor.js';
import type { Visitor } from '../sign-in/visitor.js';
import type { AuthSettings } from '../settings/auth-settings.js';
import type { Locale } from './words/locale.js';

/* What the pages ask the other parts of sign-in for: no more than these shapes. */

export interface SlowDown {
  readonly end: 'slow_down';
  readonly retryAfterSeconds: number;
}

/** Why a password may not be chosen. */
export type Weakness = 'too_short' | 'too_long' | 'not_text' | 'breached' | 'guessable';

export interface PasswordSignIn {
  attempt(attempt: {
    readonly appId: Uuid;
    readonly email: string;
    readonly password: string;
    readonly visitor: Visitor;
  }): Promise<
    | { readonly end: 'passed'; readonly userId: Uuid; readonly passwordVersion: string | null }
    | { readonly end: 'refused' }
    | SlowDown
  >;
}

export interface Registration {
  /** Answers the same for an address that has an account. */
  register(registration: {
    readonly appId: Uuid;
    readonly email: string;
    readonly password: string;
    readonly name: string | undefined;
    readonly locale: Locale;
    readonly visitor: Visitor;
  }): Promise<
    | { readonly end: 'accepted' }
    | { readonly end: 'bad_email' }
    | { readonly end: 'closed' }
    | { readonly end: 'weak'; readonly why: Weakness }
    | SlowDown
  >;
}

/** A link that works once, and is not good (any more). */
export interface StaleLink {
  readonly end: 'unknown' | 'used' | 'expired';
}

/** Whether a link is good, and of which app it is. */
export type LinkLook = { readonly end: 'good'; readonly appId: Uuid } | (StaleLink & { readonly appId?: Uuid });

export interface Verification {
  look(token: string): Promise<LinkLook>;
  confirm(token: string): Promise<{ readonly end: 'verified' } | { readonly end: 'taken' } | StaleLink>;
  sendAgain(appId: Uuid, email: string, visitor: Visitor): Promise<{ readonly end: 'accepted' } | SlowDown>;
}

export interface Recovery {
  /** Answers the same whether there is such an account. */
  ask(appId: Uuid, email: string, visitor: Visitor): Promise<{ readonly end: 'accepted' } | SlowDown>;
  look(token: string): Promise<LinkLook>;
  reset(
    token: string,
    password: string,
  ): Promise<{ readonly end: 'reset' } | { readonly end: 'weak'; readonly why: Weakness } | StaleLink | SlowDown>;
}

/** An address that was replaced is put back, by whoever reads its mailbox. */
export interface EmailUndo {
  look(token: string): Promise<LinkLook>;
  undo(token: string): Promise<{ readonly end: 'undone' } | { readonly end: 'taken' } | StaleLink>;
}

export interface AppUser {
  readonly appId: Uuid;
  readonly userId: Uuid;
}

export type CodeVerdict = { readonly end: 'passed'; readonly factor: Factor } | { readonly end: 'refused' } | SlowDown;

export interface SecondFactors {
  methodsOf(userId: Uuid): Promise<readonly SecondFactorMethod[]>;
  /** @param deviceId a device that the user is known on has attempts of its own. */
  verifyTotp(user: AppUser, code: string, deviceId: string | undefined): Promise<CodeVerdict>;
  verifyRecoveryCode(user: AppUser, code: string, deviceId: string | undefined): Promise<CodeVerdict>;
}

/** Codes by mail, for an unusual sign-in of somebody who has no second factor. */
export interface MailCodes {
  send(user: AppUser, uid: string, locale: Locale): Promise<{ readonly end: 'sent' } | SlowDown>;
  verify(user: AppUser, uid: string, code: string): Promise<CodeVerdict>;
}

export interface Totp {
  /** A key on its way to an authenticator app. @param shown what the app calls it. */
  enrol(
    user: AppUser,
    name: string,
    shown: { readonly issuer: string; readonly account: string },
  ): Promise<{ readonly id: Uuid; readonly secret: string; readonly url: string }>;
  confirm(
    /** `stillAsks`: whether the sign-in is still under way, when the user is held. */
    user: AppUser & { readonly stillAsks: (tx: Sql) => Promise<boolean> },
    id: Uuid,
    code: string,
  ): Promise<
    | { readonly end: 'confirmed'; readonly recoveryCodes: readonly string[] }
    | { readonly end: 'wrong_code' }
    | { readonly end: 'not_pending' }
    | { readonly end: 'signed_out' }
  >;
}

export interface PasskeySignIn {
  /** What the browser is asked, as JSON. @param userId who gave a first factor. */
  begin(attempt: { readonly appId: Uuid; readonly binding: string }, userId?: Uuid): Promise<object>;
  finish(
    attempt: { readonly appId: Uuid; readonly binding: string },
    answered: unknown,
  ): Promise<{ readonly end: 'passed'; readonly factor: Factor } | { readonly end: 'refused' }>;
}

/** One of the providers through which an app lets its users in. */
export interface ProviderButton {
  /** In its address: `/sign-in/:uid/with/:name`. */
  readonly name: string;
  /** As people read it. */
  readonly label: string;
  readonly brand: 'google' | 'apple' | 'other';
}

export interface AppOfPages {
  readonly name: string;
  readonly settings: AuthSettings;
}

/** A user, as a page speaks of one. */
export interface Person {
  readonly name: string | null;
  readonly email: string | null;
  readonly locale: string | null;
}
