import type { Uuid } from '@signalbox/contracts';

export type MailLocale = 'en' | 'de';

/** A mail that holds a link to a page of ours, with a one-time token. */
interface WithLink {
  readonly appName: string;
  readonly link: string;
}

/** What a mail is about, and what it has to say besides. Nothing that a stranger typed may be in it, or we would send their spam. */
export type MailContent =
  | { readonly template: 'verification'; readonly params: WithLink }
  /** To the new address of a user who changes it. */
  | { readonly template: 'email_change'; readonly params: WithLink }
  | { readonly template: 'recovery'; readonly params: WithLink }
  /** Somebody wanted to register with an address that has an account; `link` recovers it. */
  | { readonly template: 'already_registered'; readonly params: WithLink }
  /** To type in, where a sign-in is unusual. */
  | { readonly template: 'sign_in_code'; readonly params: { readonly appName: string; readonly code: string } }
  | { readonly template: 'password_changed'; readonly params: { readonly appName: string } }
  /** To the address that counts no longer; `link` puts it back. */
  | { readonly template: 'email_changed'; readonly params: { readonly appName: string; readonly link?: string } }
  | { readonly template: 'new_sign_in'; readonly params: NewSignIn }
  | { readonly template: 'factor_added'; readonly params: OfFactor<'totp' | 'passkey' | 'recovery_codes'> }
  | { readonly template: 'factor_removed'; readonly params: OfFactor<'totp' | 'passkey' | 'recovery_codes'> }
  /** `left`: recovery codes that are still good. */
  | { readonly template: 'recovery_code_used'; readonly params: { readonly appName: string; readonly left: number } };

export type MailTemplate = MailContent['template'];

interface OfFactor<Kind> {
  readonly appName: string;
  readonly kind: Kind;
}

interface NewSignIn {
  readonly appName: string;
  /** RFC 3339. */
  readonly at: string;
  /** As far as they are known: what it was done with, and the country's name. */
  readonly device?: string;
  readonly place?: string;
  /** Ends that session at once. */
  readonly link?: string;
}

/** A mail that is to be sent. */
export type NewMail = MailContent & {
  readonly appId: Uuid;
  readonly userId?: Uuid;
  readonly to: string;
  readonly locale: MailLocale;
};

const HOUR = 3_600;

/** Seconds after which a mail would be of no use to its reader: those with a link end with the link's token. */
export const MAIL_LIFETIME: Readonly<Record<MailTemplate, number>> = {
  verification: 24 * HOUR,
  email_change: HOUR,
  recovery: HOUR / 2,
  already_registered: HOUR / 2,
  sign_in_code: HOUR / 6,
  password_changed: 72 * HOUR,
  email_changed: 7 * 24 * HOUR,
  new_sign_in: 24 * HOUR,
  factor_added: 72 * HOUR,
  factor_removed: 72 * HOUR,
  recovery_code_used: 72 * HOUR,
};
