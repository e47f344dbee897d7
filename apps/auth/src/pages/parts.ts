import type { Uuid } from '@signalbox/contracts';
import type { Logger } from '@signalbox/telemetry';
import type { Consent } from '../sign-in/consent.js';
import type { DeviceCookie } from '../sign-in/device-cookie.js';
import type { SignInFlow } from '../sign-in/sign-in-flow.js';
import type { SocialPort } from '../social/web/social-port.js';
import type { Keys } from './forms/form-tokens.js';
import type {
  AppOfPages,
  EmailUndo,
  MailCodes,
  PasskeySignIn,
  PasswordSignIn,
  Person,
  ProviderButton,
  Recovery,
  Registration,
  SecondFactors,
  Totp,
  Verification,
} from './ports.js';

/** What the pages are made for: the parts of sign-in that they ask. */
export interface SignInPagesParts {
  readonly flow: Pick<SignInFlow, 'open' | 'progressOf' | 'passed' | 'cancel'>;
  readonly consent: Pick<Consent, 'give'>;
  readonly deviceCookie: DeviceCookie;
  readonly passwords: PasswordSignIn;
  readonly registration: Registration;
  readonly verification: Verification;
  readonly recovery: Recovery;
  readonly emailUndo: EmailUndo;
  readonly secondFactors: SecondFactors;
  readonly mailCodes: MailCodes;
  readonly totp: Totp;
  readonly passkeys: PasskeySignIn;
  /** Through whom an app lets its users in, in the order of the buttons. */
  readonly providers: (appId: Uuid) => Promise<readonly ProviderButton[]>;
  /** The way to them and back. */
  readonly social: SocialPort;
  readonly appOf: (appId: Uuid) => Promise<AppOfPages | undefined>;
  readonly personOf: (userId: Uuid) => Promise<Person | undefined>;
  /** For form tokens and sealed cookies: `Envelope.derive('sign-in pages')`. */
  readonly keys: Keys;
  /** Whether browsers come by https. */
  readonly secure: boolean;
  readonly logger: Logger;
}
