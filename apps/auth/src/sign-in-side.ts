import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { DropSince } from './accounts/account-parts.js';
import type { BeginRecovery } from './anomalies/alerts/sign-in-alerts.js';
import { Anomalies } from './anomalies/anomalies.js';
import { Engine } from './engine/engine.js';
import { keyRotation } from './keys/key-rotation.js';
import { SigningKeys } from './keys/signing-keys.js';
import { AttemptLimits } from './limits/attempt-limits.js';
import { makeMfa, type Mfa } from './mfa/mfa.module.js';
import { settingsFrom } from './mfa/settings-of.js';
import { passkeyGrant } from './mfa/passkeys/native/passkey-grant.js';
import { enginePages } from './pages/engine-pages.js';
import { SessionDesk } from './sessions/session-desk.js';
import { Sessions } from './sessions/sessions.js';
import { SettingsDesk } from './settings/settings-desk.js';
import { Consent } from './sign-in/consent.js';
import { DeviceCookie } from './sign-in/device-cookie.js';
import { NativeSessions } from './sign-in/native-sessions.js';
import { ProgressStore } from './sign-in/progress.js';
import type { SignInPolicies } from './sign-in/judging.js';
import { SignInFlow } from './sign-in/sign-in-flow.js';
import { SocialSide } from './social/social-side.js';
import { UserDesk } from './users/user-desk.js';

export interface SignInOptions {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly issuer: string;
  readonly apiAudience: string;
  readonly signingKeyDays: number;
  /** Whether sign-in providers of apps in mode test may be on this machine or its network; not unless told. */
  readonly allowPrivate?: boolean;
  readonly beginRecovery: BeginRecovery;
}

/** Everything by which users sign in, put together. */
export class SignInSide {
  readonly keys: SigningKeys;
  readonly settings: SettingsDesk;
  readonly sessions: Sessions;
  readonly sessionDesk: SessionDesk;
  readonly users: UserDesk;
  readonly mfa: Mfa;
  readonly engine: Engine;
  readonly flow: SignInFlow;
  readonly consent: Consent;
  readonly deviceCookie: DeviceCookie;
  readonly anomalies: Anomalies;
  readonly social: SocialSide;
  private readonly rotation;

  constructor(options: SignInOptions) {
    const { database, envelope, logger, metrics, issuer, apiAudience, signingKeyDays, allowPrivate = false } = options;
    this.keys = new SigningKeys(database, envelope);
    this.settings = new SettingsDesk(database);
    this.sessions = new Sessions(database);
    this.sessionDesk = new SessionDesk(database, this.sessions);
    this.users = new UserDesk(database, this.sessions);
    this.anomalies = new Anomalies({
      database,
      envelope,
      settings: this.settings,
      sessions: this.sessions,
      beginRecovery: options.beginRecovery,
      dropSince: (tx, user, since) => this.dropSince(tx, user, since),
      logger,
      metrics,
    });
    this.mfa = makeMfa({
      database,
      envelope,
      issuer,
      settingsOf: settingsFrom(this.settings, database),
      limits: new AttemptLimits(database),
    });
    this.deviceCookie = new DeviceCookie(envelope, issuer.startsWith('https:'));
    const policies: SignInPolicies = {
      methodsOf: (userId) => this.mfa.secondFactors.methodsOf(userId),
      judge: (signIn) => this.anomalies.judge.judge(signIn),
    };
    const nativeSessions = new NativeSessions({ database, sessions: this.sessions, apiAudience, policies });
    this.social = new SocialSide({
      issuer,
      database,
      envelope,
      logger,
      metrics,
      sessions: this.sessions,
      nativeSessions,
      allowPrivate,
    });
    this.engine = new Engine({
      issuer,
      apiAudience,
      database,
      envelope,
      keys: this.keys,
      pages: enginePages(),
      logger,
      activate: async (tx, sessionId, jkt) => {
        const session = await this.sessions.activate(tx, sessionId, jkt);
        if (session !== undefined) await this.anomalies.judge.began(tx, session);
        return session !== undefined;
      },
      end: async (sessionId, reason) => {
        await database.transaction((tx) => this.sessions.revoke(tx, { sessionIds: [sessionId], reason }));
      },
      onRefreshed: ({ sessionId, ip }) => this.anomalies.watch.refreshed(sessionId, ip),
      nativeGrants: [this.social.grant, passkeyGrant({ passkeys: this.mfa.nativePasskeys, nativeSessions })],
    });
    this.flow = new SignInFlow({
      engine: this.engine,
      database,
      progress: new ProgressStore(database),
      policies,
      onFinish: async (finished) => {
        await database.transaction((tx) => this.social.pending.complete(tx, finished));
      },
    });
    this.consent = new Consent({ engine: this.engine, database, sessions: this.sessions, apiAudience, policies });
    this.rotation = keyRotation(this.keys, { days: signingKeyDays, onChange: () => this.engine.build(), logger });
  }

  /** Takes from a user the second factors and identities that were added since a time. */
  readonly dropSince: DropSince = async (tx, user, since) => {
    await this.mfa.factors.removeSince(tx, user, since);
    await this.social.dropIdentities(tx, user, since);
  };

  /** Resolves once tokens can be signed. */
  async start(): Promise<void> {
    await this.keys.load();
    this.engine.build();
    this.rotation.start();
    this.anomalies.start();
    this.social.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.rotation.stop(), this.anomalies.stop(), this.social.stop()]);
  }
}
