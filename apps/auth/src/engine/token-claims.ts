import { formatId, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { AccessToken, ClientCredentials } from 'oidc-provider';
import { contextOf } from './client-metadata.js';
import { SESSION_CLAIMS } from './client.queries.js';
import { requestMemory, type SessionClaims } from './request-memory.js';

/**
 * What our access tokens say beyond RFC 9068's own claims: the app and its mode; of a user's token also the session, when and how
 * the user proved who it is (RFC 9470).
 */
export function tokenClaims(
  database: Database,
): (token: AccessToken | ClientCredentials) => Promise<Record<string, unknown>> {
  return async (token) => {
    const { appId, mode } = contextOf(token.client!);
    const ofApp = { app: formatId('app', appId), mode };
    // A machine's token has no grant, although the types know of none without one.
    const grantId = (token as { grantId?: string }).grantId;
    if (grantId === undefined) return ofApp;
    const session = await sessionClaims(database, grantId);
    if (session === undefined) return { ...ofApp, sid: grantId };
    const { auth_time, acr, amr } = session;
    return { ...ofApp, sid: grantId, auth_time: Math.floor(auth_time.getTime() / 1_000), acr, amr };
  };
}

async function sessionClaims(database: Database, grantId: string): Promise<SessionClaims | undefined> {
  const id = parseId('session', grantId);
  const known = requestMemory().session;
  if (id === undefined || known?.id === id) return known;
  return (await database.query<SessionClaims>(SESSION_CLAIMS, [id])).rows[0];
}
