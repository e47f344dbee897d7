import { IDENTITY_SCOPES } from '@signalbox/contracts';
import type { Grant } from 'oidc-provider';
import type Provider from 'oidc-provider';
import type { ClientContext } from '../engine/client-metadata.js';

/** What the engine has to know of a session: whose it is, until when, and what its tokens may be for. */
export interface GrantOfSession {
  /** `ses_...` */
  readonly grantId: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly expiresAt: Date;
  readonly scopes: readonly string[];
  readonly client: Pick<ClientContext, 'scopes' | 'resources'>;
  readonly apiAudience: string;
}

/** Keeps the grant of a session, which has the session's own id. */
export async function keepGrant(provider: Provider, session: GrantOfSession): Promise<Grant> {
  const { grantId, accountId, clientId, expiresAt, scopes, client } = session;
  const values = { accountId, clientId, jti: grantId, exp: Math.floor(expiresAt.getTime() / 1_000) };
  const grant: Grant = new provider.Grant(values);
  grant.addOIDCScope(scopes.filter((scope) => scope === 'offline_access' || isIdentity(scope)).join(' '));
  const granted = scopes.filter((scope) => client.scopes.includes(scope) || isIdentity(scope));
  if (granted.length > 0) {
    for (const resource of [session.apiAudience, ...client.resources])
      grant.addResourceScope(resource, granted.join(' '));
  }
  await grant.save();
  return grant;
}

function isIdentity(scope: string): boolean {
  return (IDENTITY_SCOPES as readonly string[]).includes(scope);
}
