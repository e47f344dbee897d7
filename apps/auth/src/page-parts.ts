import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import type { Accounts } from './accounts/accounts.js';
import type { appProfiles } from './accounts/app-profiles.js';
import type { SignInPagesParts } from './pages/parts.js';
import type { SignInSide } from './sign-in-side.js';
import { FIND_USER } from './users/users.queries.js';
import type { UserRow } from './users/user-row.js';

/** What the pages of sign-in ask, answered by the parts that know. */
export function pageParts({
  signIn,
  accounts,
  database,
  envelope,
  profileOf,
  issuer,
  logger,
}: PagePartsOptions): SignInPagesParts {
  const { flow, consent, deviceCookie, settings, mfa, social } = signIn;
  return {
    ...{ flow, consent, deviceCookie, logger },
    passwords: accounts.signIn,
    registration: accounts.registration,
    verification: accounts.verification,
    recovery: accounts.recovery,
    emailUndo: accounts.emailUndo,
    mailCodes: accounts.mailCodes,
    secondFactors: mfa.secondFactors,
    totp: mfa.totp,
    passkeys: mfa.passkeySignIn,
    providers: (appId) => social.buttonsOf(appId),
    social: social.web,
    appOf: async (appId) => ({ name: (await profileOf(appId)).displayName, settings: await settings.of(appId) }),
    personOf: async (userId) => (await database.query<UserRow>(FIND_USER, [userId])).rows[0],
    keys: envelope.derive('sign-in pages'),
    secure: issuer.startsWith('https:'),
  };
}

export interface PagePartsOptions {
  readonly signIn: SignInSide;
  readonly accounts: Accounts;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly profileOf: ReturnType<typeof appProfiles>;
  readonly issuer: string;
  readonly logger: Logger;
}
