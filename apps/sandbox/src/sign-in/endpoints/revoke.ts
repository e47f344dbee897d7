import type { Call } from '../api/call.js';
import { json, NO_STORE, type Reply } from '../api/reply.js';
import { authenticated } from './authenticate.js';

/**
 * Takes back everything that was given together with a token. Whoever has a token may do it at Google, which says when it
 * does not know the token; elsewhere its client does it, and is told 200 in any case. @throws Refused
 */
export async function revoke(call: Call): Promise<Reply> {
  const { provider, params } = call;
  const { grants, clients, dialect } = provider;
  const text = params.get('token') ?? '';
  const grant = grants.ofRefresh(text) ?? grants.ofAccess(text);
  const owner = grant && clients.find(grant.clientId);
  if (dialect.revokesForAnybody) {
    if (!owner) {
      const body = { error: 'invalid_token', error_description: 'Token expired or revoked' };
      return { ...json(400, body, NO_STORE), error: 'invalid_token' };
    }
    provider.withdraw(owner, grant.sub);
    return json(200, {}, NO_STORE);
  }
  const client = await authenticated(call);
  if (grant?.clientId === client.clientId) provider.withdraw(client, grant.sub);
  return { status: 200, headers: NO_STORE, body: '' };
}
