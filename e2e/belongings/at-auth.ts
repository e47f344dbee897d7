import { formatId, newUuid, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Ids, Maker } from './maker.js';
import { idOf } from './asking.js';

/** What nobody has, since it is mailed to one reader and known here by its hash alone: who guesses it finds nothing. */
const SECRET_LINK = 'x'.repeat(43);

export async function belongingsAtAuth(maker: Maker): Promise<Ids> {
  const { appId, user, asBackend, asOperator, asUser, database } = maker;
  const spareKey = await asOperator('auth', 'POST /v1/api-keys', { appId, kind: 'secret', name: 'spare' });
  const client = await asOperator('auth', 'POST /v1/clients', {
    ...{ kind: 'native', appId, name: 'phones', redirectUris: ['com.example.app:/callback'] },
  });
  const issuer = await asBackend('auth', `POST /v1/apps/${appId}/token-issuers`, {
    ...{ issuer: `https://${newUuid()}.example`, audience: 'app', jwksUri: 'https://issuer.example/jwks' },
  });
  await asBackend('auth', `PUT /v1/apps/${appId}/sign-in-providers/acme`, await providerOf(maker));
  const operator = await asOperator('auth', 'PUT /v1/operators', {
    ...{ appId, email: `operator-of.${appId}@example.com`, role: 'viewer' },
  });
  const factor = idOf(await asUser('auth', 'POST /v1/me/factors/totp', {}));
  const request = idOf(await asBackend('auth', `POST /v1/users/${user.userId}/exports`));
  return {
    'auth /v1/api-keys/{id}': idOf(spareKey),
    'auth /v1/apps/{id}': appId,
    'auth /v1/apps/{id}/sign-in-providers/{name}': 'acme',
    'auth /v1/apps/{id}/token-issuers/{issuerId}': idOf(issuer),
    'auth /v1/archives/{link}': SECRET_LINK,
    'auth /v1/clients/{id}': idOf(client),
    'auth /v1/data-requests/{id}': request,
    'auth /v1/me/data-requests/{id}': request,
    'auth /v1/me/factors/totp/{id}': factor,
    'auth /v1/me/factors/{id}': factor,
    'auth /v1/me/identities/{id}': await insertIdentity(database, maker),
    'auth /v1/me/sessions/{sessionId}': user.sessionId,
    'auth /v1/operators/{userId}': (operator as { userId: string }).userId,
    'auth /v1/receipts/{ticket}': SECRET_LINK,
    'auth /v1/sessions/{sessionId}': user.sessionId,
    'auth /v1/sign-in-alerts/{noticeId}': formatId('signInAlert', newUuid()),
    'auth /v1/users/{userId}': user.userId,
    'auth /webhooks/apple/{app}': appId,
    'auth /webhooks/google/{app}': appId,
  };
}

/** One whose endpoints are told, so that none are looked for. */
async function providerOf({ sandbox }: Maker): Promise<object> {
  const { issuer, clientId, clientSecret } = await sandbox.control<Record<string, string>>(
    'GET',
    '/v1/sign-in/acme/client',
  );
  return { kind: 'oidc', issuer, clientId, clientSecret };
}

/** As a sign-in with the provider leaves it. */
async function insertIdentity(database: Database, { app, user }: Maker): Promise<string> {
  const id = newUuid();
  await database.query(
    `INSERT INTO identity (id, app_id, user_id, provider, issuer, subject, client_id, email_verified, is_private_email)
     VALUES ($1, $2, $3, 'acme', 'https://acme.example', $4, 'client', false, false)`,
    [id, app.id, parseId('user', user.userId), id],
  );
  return formatId('identity', id);
}
