import { IDENTITY_SCOPES, parseId, SECRET_KEY_SCOPES, USER_SCOPES } from '@signalbox/contracts';
import type { AppPrincipal, UserPrincipal } from '@signalbox/http';
import { z } from 'zod';
import { TokenRefused } from './token-refused.js';
import type { VerifiedToken } from './verified-token.js';

/** Seconds. We sign nothing that is good for longer, so whatever is was signed by somebody else with a key of ours. */
const LONGEST_LIFE = 900;

/** What our access tokens say (RFC 9068). */
const claims = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  app: z.string(),
  mode: z.enum(['live', 'test']),
  scope: z.string().default(''),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().min(1),
  sid: z.string().optional(),
  auth_time: z.number().optional(),
  acr: z.string().optional(),
  amr: z.array(z.string()).default([]),
  cnf: z.object({ jkt: z.string() }).optional(),
});
type Claims = z.output<typeof claims>;

/** Who a verified payload of ours speaks of. @throws TokenRefused */
export function tokenOf(payload: unknown, now: number): Omit<VerifiedToken, 'keys' | 'generation'> {
  const parsed = claims.safeParse(payload);
  if (!parsed.success)
    throw new TokenRefused(`Its claim ${String(parsed.error.issues[0]!.path[0])} is missing or wrong.`);
  const { data } = parsed;
  if (data.exp - data.iat > LONGEST_LIFE) throw new TokenRefused('It is good for longer than any token of ours.');
  if (data.iat > now) throw new TokenRefused('It was issued in the future.');
  return {
    principal: data.sid === undefined ? machineOf(data) : userOf(data, data.sid),
    expiresAt: data.exp,
    revocable: { sid: data.sid, sub: data.sub, clientId: data.client_id, issuedAt: data.iat },
    jkt: data.cnf?.jkt,
  };
}

function userOf(data: Claims, sessionId: string): UserPrincipal {
  const { sub: userId, client_id: clientId, mode, amr, acr, auth_time: authTime } = data;
  return {
    kind: 'user',
    appId: appOf(data),
    mode,
    userId,
    sessionId,
    clientId,
    scopes: scopesAmong([...USER_SCOPES, ...IDENTITY_SCOPES], data.scope),
    amr,
    ...(acr !== undefined && { acr }),
    ...(authTime !== undefined && { authTime }),
  };
}

/** A machine is its own subject: a client, or the API key that was exchanged. */
function machineOf(data: Claims): AppPrincipal {
  const { sub, client_id: clientId, mode } = data;
  const keyId = parseId('client', clientId) ?? parseId('key', clientId);
  if (sub !== clientId || keyId === undefined) throw new TokenRefused('It speaks of a user and names no session.');
  return {
    kind: 'app',
    appId: appOf(data),
    mode,
    keyId,
    keyKind: 'token',
    clientId,
    scopes: scopesAmong(SECRET_KEY_SCOPES, data.scope),
  };
}

function appOf({ app }: Claims) {
  const appId = parseId('app', app);
  if (appId === undefined) throw new TokenRefused('Its claim app is wrong.');
  return appId;
}

function scopesAmong<Scope extends string>(known: readonly Scope[], scope: string): ReadonlySet<Scope> {
  const asked = new Set(scope.split(' '));
  return new Set(known.filter((each) => asked.has(each)));
}
