import type { UserPrincipal } from '@signalbox/http';
import { type JWTPayload, jwtVerify } from 'jose';
import { refusalOf } from '../tokens/token-verifier.js';
import { TokenRefused } from '../tokens/token-refused.js';
import { SKEW, type VerifiedToken } from '../tokens/verified-token.js';
import type { UnverifiedToken } from '../tokens/read-token.js';
import type { KnownIssuer, KnownIssuers } from './known-issuers.js';

/** As long as any user id. */
const LONGEST_USER = 128;
/** Seconds from `iat` to `exp`: what Auth0 and Cognito give at most unless told. */
const LONGEST_LIFE = 86_400;
/** What an access token may call itself; ID tokens, logout tokens and proofs have a name of their own, or should. */
const ACCESS_TOKEN_TYPES = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);
/** What Cognito (token_use) and Keycloak (typ) say of tokens that open nothing here. */
const OTHER_USES = new Set<unknown>(['id', 'ID', 'Refresh', 'Offline', 'Logout']);

/**
 * Verifies a token of an issuer that an app trusts. Who it speaks of is a user of that app and may what the app said; scopes,
 * strengths and roles in it are its issuer's affair.
 *
 * @throws TokenRefused, KeysAway, or what the database said.
 */
export async function verifyForeignToken(
  token: string,
  { header, payload }: UnverifiedToken,
  issuers: KnownIssuers,
): Promise<VerifiedToken> {
  if (typeof payload.iss !== 'string') throw new TokenRefused('It names no issuer.');
  const meant = (await issuers.named(payload.iss)).filter((issuer) => isFor(payload, issuer));
  // Of one app's several entries the oldest counts; of several apps none, since nothing says which.
  const [issuer] = meant;
  if (meant.some(({ appId }) => appId !== issuer!.appId)) {
    throw new TokenRefused('Its audiences lead to several apps: its issuer must name the audience of one alone.');
  }
  if (issuer === undefined) throw new TokenRefused('Its issuer is not trusted here, or it is for somebody else.');
  if (!ACCESS_TOKEN_TYPES.has(header.typ?.toLowerCase())) throw new TokenRefused('It is no access token.');
  const { keys } = issuer;
  const { generation } = keys;
  const verified = await verify(token, issuer);
  refuseLongLived(verified);
  if (OTHER_USES.has(verified['token_use'] ?? verified['typ'])) throw new TokenRefused('It is no access token.');
  return { principal: userOf(verified, issuer), expiresAt: verified.exp!, keys, generation, jkt: jktOf(verified) };
}

function isFor(payload: JWTPayload, { audience, audienceClaim }: KnownIssuer): boolean {
  return [payload[audienceClaim]].flat().includes(audience);
}

/** Nobody revokes it here, so it must end soon by itself. Without `iat` an issuer could hand out the same token for years. */
function refuseLongLived({ iat, exp }: JWTPayload): void {
  if (iat! > Date.now() / 1_000 + SKEW) throw new TokenRefused('It was issued in the future.');
  if (exp! - iat! <= LONGEST_LIFE) return;
  throw new TokenRefused('It is good for more than 24 hours: let its issuer make access tokens that live shorter.');
}

async function verify(token: string, { issuer, algorithms, keys }: KnownIssuer): Promise<JWTPayload> {
  try {
    const options = { issuer, algorithms, clockTolerance: SKEW, requiredClaims: ['exp', 'iat'] };
    return (await jwtVerify(token, keys.find, options)).payload;
  } catch (error) {
    throw refusalOf(error);
  }
}

function userOf(payload: JWTPayload, issuer: KnownIssuer): UserPrincipal {
  const { appId, mode, userClaim, scopes } = issuer;
  const userId = payload[userClaim];
  if (typeof userId !== 'string' || userId === '' || userId.length > LONGEST_USER) {
    throw new TokenRefused(`Its ${userClaim} names no user.`);
  }
  // Those are ours to name.
  if (userId.startsWith('usr_')) throw new TokenRefused(`Its ${userClaim} is the id of a user of ours.`);
  const client = payload['azp'] ?? payload['client_id'];
  return {
    kind: 'user',
    appId,
    mode,
    userId,
    clientId: typeof client === 'string' ? client : issuer.issuer,
    scopes: new Set(scopes),
    amr: [],
    ...(typeof payload['auth_time'] === 'number' && { authTime: payload['auth_time'] }),
  };
}

function jktOf({ cnf }: JWTPayload): string | undefined {
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : undefined;
  return typeof jkt === 'string' ? jkt : undefined;
}
