import { authorizationCodeGrant, genericGrantRequest } from 'openid-client';
import { clientsOf, type SignInProvider } from '../providers/sign-in-provider.js';
import { verifyIdToken } from './id-token.js';
import type { CallContext, ProviderCalls } from './provider-calls.js';
import type { ProviderKeys } from './provider-keys.js';
import { type ProvenIdentity, provenIdentity } from './proven-identity.js';
import { relyingParty } from './relying-party.js';
import { troubleOfError } from './trouble-of-error.js';
import { ProviderTrouble } from './trouble.js';

/** An answer that a browser brought, and what was sent along for it. */
export interface BrowserAnswer {
  readonly clientId: string;
  /** The address it came to, with the parameters it came with. */
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly name?: string | undefined;
}

/** A code that a phone's SDK brought. */
export interface PhoneCode {
  readonly clientId: string;
  readonly code: string;
  readonly isNonce: (nonce: string | undefined) => boolean;
  readonly name?: string | undefined;
}

interface Tokens {
  readonly id_token?: string | undefined;
  readonly refresh_token?: string | undefined;
}

/** Trades codes for who somebody is, from server to server. All its methods throw ProviderTrouble. */
export class CodeExchange {
  constructor(
    private readonly calls: ProviderCalls,
    private readonly keys: ProviderKeys,
  ) {}

  async fromBrowser(provider: SignInProvider, answer: BrowserAnswer, context: CallContext): Promise<ProvenIdentity> {
    const { clientId, url, state, nonce, verifier, name } = answer;
    const tokens = await this.ask(async () => {
      const party = await relyingParty(this.calls, provider, clientId, context);
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      return authorizationCodeGrant(party, url, checks);
    });
    return this.identityIn(provider, clientId, tokens, (said) => said === nonce, name, context);
  }

  async fromPhone(provider: SignInProvider, phone: PhoneCode, context: CallContext): Promise<ProvenIdentity> {
    const { clientId, code, isNonce, name } = phone;
    const tokens = await this.ask(async () => {
      const party = await relyingParty(this.calls, provider, clientId, context);
      // Google's codes from a phone are exchanged with an empty address, Apple's with none.
      const redirect = provider.config.kind === 'google' ? { redirect_uri: '' } : undefined;
      return genericGrantRequest(party, 'authorization_code', { code, ...redirect });
    });
    return this.identityIn(provider, clientId, tokens, isNonce, name, context);
  }

  /** openid-client has judged the claims of the token by now, and nobody its signature. */
  private async identityIn(
    provider: SignInProvider,
    clientId: string,
    tokens: Tokens,
    isNonce: (nonce: string | undefined) => boolean,
    name: string | undefined,
    context: CallContext,
  ): Promise<ProvenIdentity> {
    if (tokens.id_token === undefined) throw new ProviderTrouble('bad_answer');
    const rules = { audiences: [clientId], parties: clientsOf(provider), isNonce };
    const claims = await verifyIdToken(tokens.id_token, provider, this.keys.finder(provider, context), rules);
    return provenIdentity(provider, clientId, claims, { name, refreshToken: tokens.refresh_token });
  }

  private async ask(request: () => Promise<Tokens>): Promise<Tokens> {
    try {
      return await request();
    } catch (error) {
      throw troubleOfError(error);
    }
  }
}
