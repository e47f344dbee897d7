import { createHash } from 'node:crypto';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import type { BegunState } from './states.js';

/** Where the browser is sent. Everything that comes back has to fit what went along. */
export function authorizationUrl(
  { config, metadata }: SignInProvider,
  clientId: string,
  redirectUri: string,
  { state, nonce, verifier }: BegunState,
  locale: string | undefined,
): URL {
  const url = new URL(metadata.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(locale === undefined ? {} : { ui_locales: locale }),
    ...ofKind(config),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

function ofKind(config: SignInProvider['config']): Record<string, string> {
  switch (config.kind) {
    case 'google':
      // A token that can be taken back when the account here is deleted comes with access_type=offline alone.
      return { scope: 'openid email profile', prompt: 'select_account', access_type: 'offline' };
    case 'apple':
      // Apple answers by POST as soon as a scope is asked for, and insists that one says so.
      return { scope: 'name email', response_mode: 'form_post' };
    case 'oidc':
      return { scope: config.scopes.join(' ') };
  }
}
