import type { Call } from '../api/call.js';
import { json, NO_STORE, type Reply } from '../api/reply.js';

/** What an access token tells of its owner. */
export function userinfo({ provider, authorization = '' }: Call): Reply {
  const grant = provider.grants.ofAccess(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? '');
  const person = grant && provider.person(grant.sub);
  if (!person || !provider.dialect.userinfo) {
    const headers = { ...NO_STORE, 'www-authenticate': 'Bearer error="invalid_token"' };
    const body = { error: 'invalid_token', error_description: 'Invalid Credentials' };
    return { ...json(401, body, headers), error: 'invalid_token' };
  }
  return json(200, provider.dialect.userinfo(person, grant.scopes), NO_STORE);
}
