import { newUuid, parseId, SECRET_KEY_SCOPES } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { AccessStage, SignedIn } from '../access-stage.js';
import { askerWith, idOf } from '../belongings/asking.js';
import type { Belongings } from '../belongings/belongings.js';
import type { Ids } from '../belongings/maker.js';
import type { Route } from '../routes.js';
import { type Asker, endsPeople } from './policy.js';

/** Whose things a route is asked about, and what everybody shows of themselves there. */
export interface Cast {
  readonly ids: Ids;
  readonly user: SignedIn;
  tokenOf(asker: Asker): string | undefined;
}

/**
 * Makes everybody who asks; those who are over, before anybody asked with what they have.
 *
 * @returns who plays at a route: new users where some of them are ended.
 */
export async function makeAskers(
  stage: AccessStage,
  database: Database,
  own: Belongings,
  others: Belongings,
): Promise<(route: Route) => Promise<Cast>> {
  const operator = askerWith(stage, stage.operatorToken);
  const makeKey = async () => {
    const made = await operator('auth', 'POST /v1/api-keys', { appId: own.appId, kind: 'secret', name: newUuid() });
    return { id: parseId('key', idOf(made)), publicId: idOf(made), key: made['key'] as string };
  };
  const [revoked, expired] = [await makeKey(), await makeKey()];
  await operator('auth', `DELETE /v1/api-keys/${revoked.publicId}`);
  await database.query(`UPDATE api_key SET expires_at = now() - interval '1 minute' WHERE id = $1`, [expired.id]);
  const allBut = new Map<string, string>();
  const limited = SECRET_KEY_SCOPES.map(async (scope) => {
    const { id, key } = await makeKey();
    const rest = SECRET_KEY_SCOPES.filter((other) => other !== scope);
    await database.query('UPDATE api_key SET scopes = $2 WHERE id = $1', [id, rest]);
    allBut.set(scope, key);
  });
  await Promise.all(limited);
  const [neighbour, gone, late] = (await stage.signIn(own.app, 3)) as [SignedIn, SignedIn, SignedIn];
  await askerWith(stage, own.app.key)('auth', `DELETE /v1/sessions/${gone.sessionId}`);
  const past = Math.floor(Date.now() / 1_000) - 60;
  const expiredToken = await stage.sign({
    ...stage.claimsOf(own.app, late.userId, late.sessionId),
    ...{ iat: past - 300, exp: past },
  });

  const allButThatOf = ({ operation }: Route): string => {
    const wanted = operation.security.flatMap((way) => way['apiKey'] ?? []).filter((scope) => allBut.has(scope));
    // Where any of several scopes will do, a key without them has none; where none will, any key has all others.
    return wanted.length > 1 ? own.powerlessKey : (allBut.get(wanted[0] ?? '') ?? [...allBut.values()][0]!);
  };
  return async (route) => {
    const people = endsPeople(route)
      ? await Promise.all([stage.signIn(own.app), stage.signIn(own.app), stage.signIn(others.app)])
      : [[own.user], [neighbour], [others.user]];
    const [[user], [next], [stranger]] = people as [[SignedIn], [SignedIn], [SignedIn]];
    const tokens: Readonly<Record<Asker, string | undefined>> = {
      'own key': own.app.key,
      'key of another app': others.app.key,
      nobody: undefined,
      'revoked key': revoked.key,
      'expired key': expired.key,
      'key without scopes': own.powerlessKey,
      'key with every other scope': allButThatOf(route),
      'own user': user.token,
      'user of the same app': next.token,
      'user of another app': stranger.token,
      'user who signed out': gone.token,
      'user whose token expired': expiredToken,
      operator: stage.operatorToken,
    };
    const theirs = {
      'auth /v1/me/sessions/{sessionId}': user.sessionId,
      'auth /v1/sessions/{sessionId}': user.sessionId,
      'auth /v1/users/{userId}': user.userId,
    };
    return { ids: { ...own.ids, ...theirs }, user, tokenOf: (asker) => tokens[asker] };
  };
}
