import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { CodeExchange } from '../calls/exchange.js';
import { verifyIdToken } from '../calls/id-token.js';
import type { ProviderCalls } from '../calls/provider-calls.js';
import type { ProviderHealth } from '../calls/provider-health.js';
import type { ProviderKeys } from '../calls/provider-keys.js';
import { cleanName, type ProvenIdentity, provenIdentity } from '../calls/proven-identity.js';
import { isTheVisitors, ProviderTrouble, type Trouble } from '../calls/trouble.js';
import type { ProviderStore } from '../providers/provider-store.js';
import { clientsOf, nativeClientsOf, type SignInProvider } from '../providers/sign-in-provider.js';
import { type HeldNonce, namesNonce, type Nonces } from './nonces.js';

/** What a phone hands over after its user has signed in with the SDK of a provider. */
export interface NativeRequest {
  readonly appId: Uuid;
  readonly provider: string;
  /** Ours. */
  readonly nonce: string;
  /** One of the two. */
  readonly credential: { readonly kind: 'id_token' | 'code'; readonly value: string };
  /** Which of several bundle ids a code of Apple's was made for; the first one unless told. */
  readonly clientId?: string | undefined;
  /** Which Apple tells the phone once, and us never. */
  readonly name?: string | undefined;
}

export type NativeProof =
  | { readonly end: 'proven'; readonly identity: ProvenIdentity }
  /** Not good, or not any more. `why` is for the developer. */
  | { readonly end: 'refused'; readonly why: Trouble | 'unknown_provider' | 'unknown_nonce' }
  /** The provider is of no use now: sign in another way. */
  | { readonly end: 'trouble'; readonly trouble: Trouble };

/** How old keys may be that a phone's token is judged with. Milliseconds. */
const KEYS_WITHIN_MS = 10 * 60_000;

export interface NativeSignInParts {
  readonly database: Database;
  readonly providers: ProviderStore;
  readonly nonces: Nonces;
  readonly calls: ProviderCalls;
  readonly keys: ProviderKeys;
  readonly health: ProviderHealth;
  readonly exchange: CodeExchange;
}

/** Signing in on a phone without a browser. */
export class NativeSignIn {
  constructor(private readonly parts: NativeSignInParts) {}

  /** A nonce for one sign-in of this app with this provider, or undefined where phones cannot sign in with it. */
  async nonce(appId: Uuid, name: string): Promise<string | undefined> {
    const { database, providers, nonces } = this.parts;
    const provider = await providers.find(appId, name);
    if (provider === undefined || nativeClientsOf(provider).length === 0) return undefined;
    return nonces.give(database, { appId, provider: name });
  }

  /**
   * Judges what a phone hands over. The nonce is looked at and not used up: that belongs into the transaction that acts on the proof
   * (`Nonces.hold`, `Nonces.use`).
   */
  async verify(request: NativeRequest): Promise<NativeProof> {
    const { appId, nonce, credential } = request;
    const provider = await this.parts.providers.find(appId, request.provider);
    if (provider === undefined) return { end: 'refused', why: 'unknown_provider' };
    const held = await this.look(provider, nonce);
    if (held === undefined) return { end: 'refused', why: 'unknown_nonce' };
    const before = held.provenBy(credential.value);
    if (before !== undefined) return { end: 'proven', identity: before };
    return credential.kind === 'code' ? this.exchange(provider, request) : this.judge(provider, request);
  }

  private look({ appId, name }: SignInProvider, nonce: string): Promise<HeldNonce | undefined> {
    const { database, nonces } = this.parts;
    return database.transaction((tx) => nonces.hold(tx, { appId, provider: name }, nonce));
  }

  private async exchange(provider: SignInProvider, request: NativeRequest): Promise<NativeProof> {
    const { calls, exchange, health } = this.parts;
    const { nonce, credential, name } = request;
    const clients = nativeClientsOf(provider);
    const clientId = request.clientId ?? clients[0];
    if (clientId === undefined || !clients.includes(clientId)) return { end: 'refused', why: 'wrong_audience' };
    // Google puts no nonce into the token of a server's code: that is for our web client, and good once, over there.
    const isNonce = (named: string | undefined): boolean =>
      named === undefined ? provider.config.kind === 'google' : namesNonce(nonce, named);
    try {
      health.enter(provider);
      const phone = { clientId, code: credential.value, isNonce, name: cleanName(name) };
      const identity = await exchange.fromPhone(provider, phone, calls.whileVisitorWaits(provider.allowPrivate));
      health.wentWell(provider);
      return { end: 'proven', identity };
    } catch (error) {
      return this.ended(provider, error);
    }
  }

  /** A token that is wrong is the fault of whoever handed it over; keys that cannot be had are the provider's. */
  private async judge(provider: SignInProvider, request: NativeRequest): Promise<NativeProof> {
    const { calls, keys } = this.parts;
    const { nonce, credential, name } = request;
    const context = calls.whileVisitorWaits(provider.allowPrivate);
    try {
      // With keys that are known already nobody over there is asked, whatever state it is in.
      await keys.reach(provider, context, KEYS_WITHIN_MS);
    } catch (error) {
      return this.ended(provider, error);
    }
    const isNonce = (named: string | undefined): boolean => named !== undefined && namesNonce(nonce, named);
    const rules = { audiences: nativeClientsOf(provider), parties: clientsOf(provider), isNonce };
    try {
      const claims = await verifyIdToken(credential.value, provider, keys.finder(provider, context), rules);
      const clientId = provider.config.kind === 'apple' ? claims.aud : provider.config.clientId;
      return { end: 'proven', identity: provenIdentity(provider, clientId, claims, { name: cleanName(name) }) };
    } catch (error) {
      if (error instanceof ProviderTrouble) return { end: 'refused', why: error.trouble };
      throw error;
    }
  }

  private async ended(provider: SignInProvider, error: unknown): Promise<NativeProof> {
    if (!(error instanceof ProviderTrouble)) throw error;
    const { trouble } = error;
    if (isTheVisitors(trouble)) return { end: 'refused', why: trouble };
    await this.parts.health.failed(provider, error);
    return { end: 'trouble', trouble };
  }
}
