import { allowInsecureRequests, ClientSecretBasic, ClientSecretPost, Configuration, customFetch } from 'openid-client';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import { appleClientSecret } from './apple-client-secret.js';
import type { CallContext, ProviderCalls } from './provider-calls.js';

/**
 * openid-client for one purpose: the pinned metadata, one of our clients there, and the guarded way out. Google gets its secret in the
 * form: what Basic asks for (RFC 6749 section 2.3.1) encodes `-._` of an id, which some read differently.
 */
export async function relyingParty(
  calls: ProviderCalls,
  provider: SignInProvider,
  clientId: string,
  context: CallContext,
): Promise<Configuration> {
  const { config, metadata } = provider;
  const secret = await clientSecretOf(provider, clientId);
  const isBasic = config.kind === 'oidc' && config.tokenAuth === 'client_secret_basic';
  const party = new Configuration(
    {
      issuer: metadata.issuer,
      authorization_endpoint: metadata.authorizationEndpoint,
      token_endpoint: metadata.tokenEndpoint,
      jwks_uri: metadata.jwksUri,
      ...(metadata.revocationEndpoint === undefined ? {} : { revocation_endpoint: metadata.revocationEndpoint }),
      id_token_signing_alg_values_supported: metadata.signingAlgorithms,
      authorization_response_iss_parameter_supported: metadata.sendsIssuer,
    },
    clientId,
    undefined,
    isBasic ? ClientSecretBasic(secret) : ClientSecretPost(secret),
  );
  party[customFetch] = calls.fetchFor(context);
  // Which addresses may be called is the guarded way's to say; the function is marked so that it is noticed.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  if (context.allowPrivate) allowInsecureRequests(party);
  return party;
}

export async function clientSecretOf({ config }: SignInProvider, clientId: string): Promise<string> {
  return config.kind === 'apple' ? appleClientSecret(config, clientId) : config.clientSecret;
}
