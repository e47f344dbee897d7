import type { DynamicModule } from '@nestjs/common';
import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import type { SignedRoute } from '@signalbox/http';
import type { Holding } from '@signalbox/personal-data';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { AppRegistry } from '../apps/app-registry.js';
import type { Sessions } from '../sessions/sessions.js';
import type { NativeSessions } from '../sign-in/native-sessions.js';
import { CodeExchange } from './calls/exchange.js';
import { ProviderCalls } from './calls/provider-calls.js';
import { ProviderHealth } from './calls/provider-health.js';
import { ProviderKeys } from './calls/provider-keys.js';
import { Canary } from './canary/canary.js';
import { socialHoldings } from './erasure/holdings.js';
import { Linking } from './linking.js';
import { Identities } from './linking/identities.js';
import { DROP_IDENTITIES } from './linking/identities.queries.js';
import { PendingLinks } from './linking/pending-links.js';
import { NativeAccounts } from './native/native-accounts.js';
import { nativeGrant } from './native/native-grant.js';
import { NativeSignIn } from './native/native-sign-in.js';
import { Nonces } from './native/nonces.js';
import { NoticeDesk } from './notices/notice-desk.js';
import { noticeRoutes } from './notices/notice-routes.js';
import { ProviderStore } from './providers/provider-store.js';
import { labelOf, webClientOf } from './providers/sign-in-provider.js';
import { ProviderRevocation } from './revoke/provider-revocation.js';
import { SocialModule } from './social.module.js';
import { States } from './web/states.js';
import { WebSignIn } from './web/web-sign-in.js';

export interface SocialOptions {
  /** Our own, under which browsers find us. */
  readonly issuer: string;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sessions: Sessions;
  /** How phones that have shown who they are become sessions. */
  readonly nativeSessions: NativeSessions;
  /** Whether providers of apps in mode test may be on this machine or its network. */
  readonly allowPrivate: boolean;
  /** Of a clock for breakers; milliseconds. */
  readonly now?: () => number;
}

/** Signing in with somebody else, put together. */
export class SocialSide {
  /** What waits in an interaction for its user to sign in some other way. */
  readonly pending: PendingLinks;
  readonly web: WebSignIn;
  readonly canary: Canary;
  /** Takes our tokens back at the providers, before a user is deleted. */
  readonly revocation: ProviderRevocation;
  /** For the engine. */
  readonly grant: ReturnType<typeof nativeGrant>;
  readonly signedRoutes: readonly SignedRoute[];
  private readonly providers: ProviderStore;
  private readonly native: NativeSignIn;
  private readonly accounts: NativeAccounts;
  private readonly identities: Identities;

  constructor(private readonly options: SocialOptions) {
    const { issuer, database, envelope, logger, metrics, sessions, now } = options;
    const calls = new ProviderCalls();
    const keys = new ProviderKeys(calls, now);
    const health = new ProviderHealth({ database, logger, metrics, ...(now === undefined ? {} : { now }) });
    const exchange = new CodeExchange(calls, keys);
    const providers = new ProviderStore(database, envelope, calls, options.allowPrivate);
    const linking = new Linking(envelope, (tx, of) => sessions.revokeAll(tx, of));
    const pending = new PendingLinks(envelope, linking);
    const states = new States(database, envelope);
    const nonces = new Nonces(envelope);
    this.providers = providers;
    this.pending = pending;
    this.web = new WebSignIn({ issuer, database, providers, states, calls, keys, health, exchange, linking, pending });
    this.native = new NativeSignIn({ database, providers, nonces, calls, keys, health, exchange });
    this.accounts = new NativeAccounts({ database, native: this.native, nonces, linking, pending });
    this.grant = nativeGrant({ accounts: this.accounts, nativeSessions: options.nativeSessions });
    this.revocation = new ProviderRevocation({ database, envelope, providers, calls, logger });
    this.identities = new Identities({ database, pending, revocation: this.revocation });
    const desk = new NoticeDesk({ database, sessions });
    this.signedRoutes = noticeRoutes({ providers, keys, calls, desk, logger, metrics });
    this.canary = new Canary({ database, providers, calls, keys, health, logger });
  }

  /** Its JSON routes. */
  module(apps: AppRegistry): DynamicModule {
    const { providers, native, accounts, identities } = this;
    return SocialModule.with({ providers, native, accounts, identities, issuer: this.options.issuer, apps });
  }

  /** What of it belongs to a request for a user's data. */
  holdings(): readonly Holding[] {
    return socialHoldings(this.revocation);
  }

  /** Takes from a user the ways in through others, all or those since a time, in the transaction that makes it necessary. */
  async dropIdentities(tx: Sql, user: { readonly appId: Uuid; readonly userId: Uuid }, since?: Date): Promise<void> {
    await tx.query(DROP_IDENTITIES, [user.appId, user.userId, since ?? null]);
  }

  /** The buttons of an app's sign-in page, in their order. */
  async buttonsOf(appId: Uuid): Promise<readonly ProviderButton[]> {
    const stored = await this.providers.ofApp(appId);
    return stored.flatMap(({ provider }) => {
      const { name, config } = provider;
      const brand = config.kind === 'oidc' ? 'other' : config.kind;
      return webClientOf(provider) === undefined ? [] : [{ name, label: labelOf(provider), brand }];
    });
  }

  start(): void {
    this.canary.start();
  }

  stop(): Promise<void> {
    return this.canary.stop();
  }
}

interface ProviderButton {
  readonly name: string;
  readonly label: string;
  readonly brand: 'google' | 'apple' | 'other';
}
