import { type DynamicModule, Module } from '@nestjs/common';
import { type Uuid, parseId } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { UserPrincipal } from '@signalbox/http';
import type { AttemptLimits } from '../limits/attempt-limits.js';
import { FactorNews } from './factors/factor-news.js';
import { Factors } from './factors/factors.js';
import { FactorsController } from './factors/factors.controller.js';
import { Challenges } from './passkeys/challenges.js';
import { NativePasskeys } from './passkeys/native/native-passkeys.js';
import { NativePasskeysController } from './passkeys/native/native-passkeys.controller.js';
import { PasskeySignIn } from './passkeys/passkey-sign-in.js';
import { Passkeys } from './passkeys/passkeys.js';
import { PasskeysController } from './passkeys/passkeys.controller.js';
import { RecoveryCodes } from './recovery-codes/recovery-codes.js';
import { SecondFactors } from './second-factors.js';
import type { SettingsOf } from './settings-of.js';
import { TotpController } from './totp/totp.controller.js';
import { Totp } from './totp/totp.js';
import { AllAppLinks, AppLinksController } from './well-known/app-links.controller.js';

export interface MfaParts {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly settingsOf: SettingsOf;
  readonly limits: AttemptLimits;
  /** Its host is the relying party of all passkeys. */
  readonly issuer: string;
  /** Milliseconds since 1970, for codes that change with time. */
  readonly now?: () => number;
}

/** Second factors and passkeys: what signs in with them, and what sets them up. */
export interface Mfa {
  readonly secondFactors: SecondFactors;
  readonly passkeySignIn: PasskeySignIn;
  readonly nativePasskeys: NativePasskeys;
  readonly totp: Totp;
  readonly passkeys: Passkeys;
  readonly factors: Factors;
  readonly appLinks: AllAppLinks;
  /** For `allow.recentUser(..., { acr: '2fa-if-enrolled' })`. */
  readonly hasSecondFactor: (caller: UserPrincipal) => Promise<boolean>;
}

export function makeMfa({ database, envelope, settingsOf, limits, issuer, now }: MfaParts): Mfa {
  const news = new FactorNews(envelope);
  const recoveryCodes = new RecoveryCodes(database, news);
  const totp = new Totp(database, envelope, recoveryCodes, news, now);
  const challenges = new Challenges(database);
  const passkeySignIn = new PasskeySignIn(database, challenges, settingsOf, issuer);
  const secondFactors = new SecondFactors(database, totp, recoveryCodes, limits);
  return {
    secondFactors,
    totp,
    passkeySignIn,
    nativePasskeys: new NativePasskeys(database, passkeySignIn),
    passkeys: new Passkeys(database, challenges, recoveryCodes, settingsOf, issuer, news),
    factors: new Factors(database, recoveryCodes, settingsOf, news),
    appLinks: new AllAppLinks(database),
    hasSecondFactor: async ({ userId }) => {
      const id: Uuid | undefined = parseId('user', userId);
      return id !== undefined && (await secondFactors.methodsOf(id)).length > 0;
    },
  };
}

/** The routes of second factors. */
@Module({})
export class MfaModule {
  static with(mfa: Mfa): DynamicModule {
    return {
      module: MfaModule,
      controllers: [
        FactorsController,
        TotpController,
        PasskeysController,
        NativePasskeysController,
        AppLinksController,
      ],
      providers: [
        { provide: Factors, useValue: mfa.factors },
        { provide: Totp, useValue: mfa.totp },
        { provide: Passkeys, useValue: mfa.passkeys },
        { provide: NativePasskeys, useValue: mfa.nativePasskeys },
        { provide: AllAppLinks, useValue: mfa.appLinks },
      ],
    };
  }
}
