import { createHash } from 'node:crypto';
import type { Call } from '../api/call.js';
import { json, NO_STORE, type Reply } from '../api/reply.js';
import type { Client } from '../clients/client.js';
import type { Challenge, Grant } from '../grants/grant.js';
import { idToken } from '../tokens/id-token.js';
import { authenticated } from './authenticate.js';
import { Refused } from './refused.js';

/** Exchanges a code, or a refresh token. @throws Refused */
export async function token(call: Call): Promise<Reply> {
  const client = await authenticated(call);
  switch (call.params.get('grant_type')) {
    case 'authorization_code':
      return tokens(call, codeGrant(call, client), true);
    case 'refresh_token':
      return tokens(call, refreshGrant(call, client), false);
    default:
      throw new Refused('unsupported-grant');
  }
}

function codeGrant({ provider, params }: Call, { clientId }: Client): Grant {
  const code = params.get('code');
  if (!code) throw new Refused('missing-parameter');
  const taken = provider.grants.takeCode(code, clientId);
  if (taken.kind !== 'taken') throw new Refused(`${taken.kind}-code`);
  const { grant } = taken;
  // What an SDK got was never redirected anywhere: its backend sends no redirect_uri, or an empty one.
  if ((params.get('redirect_uri') ?? '') !== (grant.redirectUri ?? '')) throw new Refused('other-redirect');
  if (grant.challenge) checkVerifier(grant.challenge, params.get('code_verifier'));
  return grant;
}

function refreshGrant({ provider, params }: Call, { clientId }: Client): Grant {
  const grant = provider.grants.ofRefresh(params.get('refresh_token') ?? '');
  if (grant?.clientId !== clientId) throw new Refused('unknown-refresh-token');
  // A nonce belongs to the sign-in that asked for it.
  return { ...grant, nonce: undefined, realUserStatus: undefined };
}

async function tokens({ provider }: Call, grant: Grant, fresh: boolean): Promise<Reply> {
  const { dialect, grants } = provider;
  const person = provider.person(grant.sub);
  if (!person) throw new Refused(fresh ? 'unknown-code' : 'unknown-refresh-token');
  const accessToken = dialect.newAccessToken();
  const signed = await idToken(provider, person, grant, { accessToken });
  grants.issueAccess(accessToken, grant, dialect.accessSeconds);
  const refreshToken = fresh && grant.offline ? dialect.newRefreshToken() : undefined;
  if (refreshToken !== undefined) grants.issueRefresh(refreshToken, grant);
  const answer = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: dialect.accessSeconds,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...dialect.tokenParams(grant.scopes),
    id_token: signed,
  };
  return json(200, answer, NO_STORE);
}

function checkVerifier({ method, value }: Challenge, verifier: string | null): void {
  if (!verifier) throw new Refused('missing-verifier');
  const derived = method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  if (derived !== value) throw new Refused('bad-verifier');
}
