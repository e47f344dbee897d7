import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { CodeExchange } from '../calls/exchange.js';
import type { ProviderCalls } from '../calls/provider-calls.js';
import type { ProviderHealth } from '../calls/provider-health.js';
import type { ProviderKeys } from '../calls/provider-keys.js';
import { ProviderTrouble } from '../calls/trouble.js';
import type { Identified, Linking } from '../linking.js';
import type { PendingLinks } from '../linking/pending-links.js';
import type { ProviderStore } from '../providers/provider-store.js';
import { redirectUriOf } from '../providers/provider.schemas.js';
import { type SignInProvider, webClientOf } from '../providers/sign-in-provider.js';
import { nameInAppleUser } from './apple-user.js';
import { authorizationUrl } from './authorization-url.js';
import type { Notice } from './notice.js';
import type { AnsweredState, States } from './states.js';

/** Milliseconds for which a provider that has just answered needs no asking whether it does. */
const REACHED_MS = 5_000;

/** How providers say that somebody went back: as in RFC 6749, and as Apple does. */
const CANCELLED = ['access_denied', 'user_cancelled_authorize'];

export interface WebSignInParts {
  /** Our own, under which browsers find us. */
  readonly issuer: string;
  readonly database: Database;
  readonly providers: ProviderStore;
  readonly states: States;
  readonly calls: ProviderCalls;
  readonly keys: ProviderKeys;
  readonly health: ProviderHealth;
  readonly exchange: CodeExchange;
  readonly linking: Linking;
  readonly pending: PendingLinks;
}

/** The interaction that somebody signs in in. */
export interface Place {
  readonly uid: string;
  readonly appId: Uuid;
}

export type Begun =
  | { readonly end: 'go'; readonly url: URL; readonly browser: string }
  | { readonly end: 'back'; readonly notice: Notice }
  | { readonly end: 'unknown' };

export type Answered =
  /** It is known who they are over there; their browser fetches that. */
  | { readonly end: 'proven'; readonly uid: string }
  | { readonly end: 'back'; readonly uid: string; readonly notice: Notice }
  /** Nothing that any browser is waiting for. */
  | { readonly end: 'unknown' };

export type Finished =
  | Extract<Identified, { userId: Uuid }>
  /** Whether they have an account here is for them to say. */
  | { readonly end: 'choose' }
  /** Their account here is closed. */
  | { readonly end: 'refused' }
  | { readonly end: 'back'; readonly notice: Notice };

/** Whether strangers may become users, and which language one who does is spoken to in. */
export interface Registration {
  readonly isOpen: boolean;
  readonly locale: string;
}

/**
 * Signing in with a provider, in a browser. Whatever goes wrong over there ends within the time that a provider has
 * (`VISITOR_WAITS_MS`) back at the sign-in page, where everything else still works.
 */
export class WebSignIn {
  constructor(private readonly parts: WebSignInParts) {}

  /** Sends somebody to a provider, if it is there at all: from a dead page over there nobody comes back by themselves. */
  async begin(place: Place, name: string, locale: string | undefined): Promise<Begun> {
    const { providers, calls, keys, health, states, issuer } = this.parts;
    const provider = await providers.find(place.appId, name);
    const clientId = provider && webClientOf(provider);
    if (provider === undefined || clientId === undefined) return { end: 'unknown' };
    try {
      health.enter(provider);
      await keys.reach(provider, calls.whileVisitorWaits(provider.allowPrivate), REACHED_MS);
    } catch (error) {
      return { end: 'back', notice: await this.inTrouble(place, provider, error) };
    }
    const begun = await states.begin({ ...place, provider: name });
    const url = authorizationUrl(provider, clientId, redirectUriOf(issuer, provider), begun, locale);
    return { end: 'go', url, browser: begun.browser };
  }

  /**
   * A provider's answer has come.
   *
   * @param cookieOf the cookie of a browser for an interaction; `unseen` where the browser could not send any, and is asked on the
   *   next page.
   */
  async answer(
    appId: Uuid,
    name: string,
    parameters: URLSearchParams,
    cookieOf: ((uid: string) => string | undefined) | 'unseen',
  ): Promise<Answered> {
    const answered = await this.parts.states.answer(parameters.get('state') ?? '');
    if (answered === undefined) return { end: 'unknown' };
    const { uid } = answered;
    if (cookieOf !== 'unseen' && !answered.isBrowser(cookieOf(uid))) return { end: 'unknown' };
    const lost = { end: 'back', uid, notice: 'failed' } as const;
    // One provider's answer at another's address: its code must not be shown to the wrong one (RFC 9700 section 4.4).
    if (answered.appId !== appId || answered.provider !== name) return lost;
    const provider = await this.parts.providers.find(appId, name);
    if (provider === undefined) return lost;
    const issuer = parameters.get('iss') ?? (provider.metadata.sendsIssuer ? '' : undefined);
    if (issuer !== undefined && issuer !== provider.metadata.issuer) return lost;
    const error = parameters.get('error');
    if (error !== null) return this.refused(answered, error);
    return parameters.get('code') ? this.exchange(answered, provider, parameters) : lost;
  }

  /** Back in the browser that set out: who is that here? */
  async finish(place: Place, name: string, cookie: string | undefined, registration: Registration): Promise<Finished> {
    const { database, states, linking, pending } = this.parts;
    return database.transaction(async (tx) => {
      const identity = cookie && (await states.finish(tx, { ...place, provider: name }, cookie));
      if (!identity) return { end: 'back', notice: 'failed' };
      const identified = await linking.identify(tx, place.appId, identity, registration);
      if ('userId' in identified) return identified;
      if (identified.end === 'refused') return { end: 'refused' };
      await pending.keep(tx, place, name, identity);
      return registration.isOpen ? { end: 'choose' } : { end: 'back', notice: 'needs_proof' };
    });
  }

  /** They have no account here yet, and want one. */
  async create(place: Place, name: string, registration: Registration): Promise<Finished> {
    const { database, linking, pending } = this.parts;
    return database.transaction(async (tx) => {
      const waiting = await pending.find(tx, place);
      if (waiting?.identity === undefined || waiting.provider !== name) {
        return { end: 'back', notice: 'failed' };
      }
      if (!registration.isOpen) return { end: 'back', notice: 'needs_proof' };
      await pending.drop(tx, place);
      const created = await linking.create(tx, place.appId, waiting.identity, registration);
      return 'userId' in created ? created : { end: 'refused' };
    });
  }

  private async exchange(
    answered: AnsweredState,
    provider: SignInProvider,
    parameters: URLSearchParams,
  ): Promise<Answered> {
    const { calls, exchange, health, states, issuer } = this.parts;
    const { uid, nonce, verifier } = answered;
    const url = new URL(redirectUriOf(issuer, provider));
    for (const wanted of ['code', 'state', 'iss']) {
      const value = parameters.get(wanted);
      if (value !== null) url.searchParams.set(wanted, value);
    }
    try {
      const identity = await exchange.fromBrowser(
        provider,
        {
          clientId: webClientOf(provider) ?? '',
          url,
          state: parameters.get('state') ?? '',
          nonce,
          verifier,
          name: provider.config.kind === 'apple' ? nameInAppleUser(parameters.get('user') ?? undefined) : undefined,
        },
        calls.whileVisitorWaits(provider.allowPrivate),
      );
      health.wentWell(provider);
      await states.keep(answered, identity);
      return { end: 'proven', uid };
    } catch (error) {
      return { end: 'back', uid, notice: await this.inTrouble(answered, provider, error) };
    }
  }

  /** Anybody can bring an error here, so it is not counted as trouble of the provider's. */
  private async refused(answered: AnsweredState, error: string): Promise<Answered> {
    const { uid } = answered;
    if (CANCELLED.includes(error)) return { end: 'back', uid, notice: 'cancelled' };
    await this.parts.pending.keep(this.parts.database, answered, answered.provider, undefined);
    return { end: 'back', uid, notice: 'silent' };
  }

  /** Keeps the wish, and counts the trouble. Anything that is no trouble of a provider's is thrown on. */
  private async inTrouble(place: Place, provider: SignInProvider, error: unknown): Promise<Notice> {
    if (!(error instanceof ProviderTrouble)) throw error;
    const { health, pending, database } = this.parts;
    await health.failed(provider, error);
    await pending.keep(database, place, provider.name, undefined);
    return 'silent';
  }
}
