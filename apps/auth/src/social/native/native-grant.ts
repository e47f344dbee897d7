import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { type ClientContext, contextOf } from '../../engine/client-metadata.js';
import { NATIVE_PARAMETERS, type NativeSessions, phoneOf, refusal } from '../../sign-in/native-sessions.js';
import type { Visitor } from '../../sign-in/visitor.js';
import type { NativeAccounts, NativeEnd } from './native-accounts.js';

export interface NativeGrantParts {
  readonly accounts: NativeAccounts;
  readonly nativeSessions: NativeSessions;
}

const NATIVE_SIGN_IN = 'urn:signalbox:native-sign-in';

/** What a phone sends besides what every token request has. */
const PARAMETERS = [
  ...(['provider', 'nonce', 'id_token', 'code', 'provider_client_id', 'name', 'new_account'] as const),
  ...NATIVE_PARAMETERS,
] as const;
type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;

/** The grant by which a phone whose user signed in with a provider's SDK becomes a session, without a browser. */
export function nativeGrant(parts: NativeGrantParts): { readonly name: string; register(provider: Provider): void } {
  return {
    name: NATIVE_SIGN_IN,
    register: (provider) =>
      provider.registerGrantType<Parameters>(NATIVE_SIGN_IN, (context) => answer(parts, context), PARAMETERS),
  };
}

async function answer(
  { accounts, nativeSessions }: NativeGrantParts,
  context: TokenEndpointGrantContext<Parameters>,
): Promise<void> {
  const { params, client } = context.oidc;
  const begunAt = new Date();
  const { userId } = signedIn(await identify(accounts, contextOf(client), params, await phoneOf(context)));
  await nativeSessions.answer(context, { userId, amr: ['fed'], begunAt, nonce: params.nonce });
}

function identify(
  accounts: NativeAccounts,
  { appId, settings }: ClientContext,
  params: Parameters,
  { locale }: Visitor,
): Promise<NativeEnd> {
  const { provider, nonce, id_token: idToken, code, provider_client_id: clientId, name } = params;
  if (provider === undefined || nonce === undefined) throw new errors.InvalidRequest('provider and nonce are required');
  if ((idToken === undefined) === (code === undefined)) throw new errors.InvalidRequest('send either id_token or code');
  const credential =
    idToken === undefined
      ? ({ kind: 'code', value: code ?? '' } as const)
      : ({ kind: 'id_token', value: idToken } as const);
  const isOpen = settings.registration === 'open';
  const request = { appId, provider, nonce, credential, clientId, name };
  return accounts.signIn(request, { isOpen, locale }, params.new_account === 'true');
}

function signedIn(ended: NativeEnd): Extract<NativeEnd, { userId: string }> {
  switch (ended.end) {
    case 'known':
    case 'created':
    case 'linked':
      return ended;
    case 'choose':
      throw new errors.CustomOIDCProviderError(
        'account_selection_required',
        'ask the user: without an account, send the same again with new_account=true; with one, sign in in the browser',
      );
    case 'trouble':
      throw new errors.CustomOIDCProviderError(
        'temporarily_unavailable',
        `the provider is in trouble (${ended.trouble}); sign in in the browser`,
      );
    case 'closed':
      throw refusal('the account is closed');
    case 'refused':
      throw refusal(`this proves no identity (${ended.why})`);
  }
}
