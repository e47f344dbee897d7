import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@signalbox/telemetry';
import { eventually, startTokenIssuer, type TestIssuer, usePostgres } from '@signalbox/testing';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { type RunningAuth, startAuth } from '../service.js';

const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;
const ISSUER = 'http://auth.test';

interface Answer {
  readonly status: number;
  // The tests look into answers of many shapes; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

describe('API keys, and what they are exchanged for', () => {
  let auth: RunningAuth;
  let idp: TestIssuer;
  afterAll(async () => {
    await auth.close();
    await idp.close();
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    idp = await startTokenIssuer();
    auth = await startAuth(
      {
        HOST: '127.0.0.1',
        PORT: 0,
        LOG_LEVEL: 'silent',
        DATABASE_URL: postgres.url(),
        QUEUE_PREFIX: '{exchange}',
        OPERATOR_TOKEN: OPERATOR,
        MASTER_KEY: randomBytes(32).toString('base64'),
        ISSUER,
        API_AUDIENCE: 'urn:signalbox:api',
        AUTH_ALLOW_PRIVATE: true,
        SIGNING_KEY_DAYS: 90,
        SIGN_IN_CALLS_PER_MINUTE: 1_000,
        DATA_REQUEST_SERVICES: ['auth'],
        DATA_REQUEST_DUE_HOURS: 72,
        MAIL_FROM: 'no-reply@example.com',
        UV_THREADPOOL_SIZE: 4,
      },
      createLogger('auth', 'silent'),
    );
  });

  async function call(method: string, path: string, token: string, body?: unknown): Promise<Answer> {
    const response = await fetch(new URL(path, auth.url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  const newApp = async (mode = 'test'): Promise<string> =>
    (await call('POST', '/v1/apps', OPERATOR, { name: 'Shop', mode })).body.id as string;
  const newKey = async (appId: string, more: object = {}) =>
    (await call('POST', '/v1/api-keys', OPERATOR, { appId, kind: 'secret', name: 'k', ...more })).body as {
      id: string;
      key: string;
      expiresAt: string | null;
    };
  const exchange = (key: string, body?: object) => call('POST', '/v1/api-keys/exchange', key, body);

  it('check 32: a key gets a token of five minutes with its scopes, or with fewer', async () => {
    const app = await newApp();
    const { id, key } = await newKey(app, { scopes: ['events:read', 'users:read', 'credentials:write'] });
    const all = await exchange(key);
    expect([all.status, all.body]).toEqual([
      200,
      { accessToken: expect.any(String), tokenType: 'Bearer', expiresIn: 300, scope: expect.any(String) },
    ]);
    const keys = createRemoteJWKSet(new URL('/oauth/jwks', auth.url));
    const { payload } = await jwtVerify(all.body.accessToken as string, keys, {
      typ: 'at+jwt',
      issuer: ISSUER,
      audience: 'urn:signalbox:api',
    });
    expect(payload).toMatchObject({ sub: id, client_id: id, app, mode: 'test', exp: payload.iat! + 300 });
    expect((payload['scope'] as string).split(' ').toSorted()).toEqual([
      'credentials:write',
      'events:read',
      'users:read',
    ]);
    const narrow = (await exchange(key, { scopes: ['users:read'] })).body.accessToken as string;
    expect(decodeJwt(narrow)['scope']).toBe('users:read');
    expect((await call('GET', '/v1/users', narrow)).status).toBe(200);
    expect((await call('GET', `/v1/apps/${app}/credentials`, narrow)).status).toBe(403);
    expect((await call('GET', `/v1/apps/${await newApp()}/credentials`, all.body.accessToken as string)).status).toBe(
      404,
    );
  });

  it('check 32: nothing that a key does not have comes out of it, and no token makes another', async () => {
    const app = await newApp();
    const { key } = await newKey(app, { scopes: ['events:read'] });
    const foreign = await exchange(key, { scopes: ['users:write'] });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'insufficient_scope']);
    expect((await exchange(key, { scopes: ['account:manage'] })).status).toBe(422);
    expect((await exchange(key, { userId: 'usr_x' })).status).toBe(422);
    const token = (await exchange(key)).body.accessToken as string;
    const again = await exchange(token);
    expect([again.status, again.body.code]).toEqual([403, 'secret_key_required']);
    const publishable = await newKey(app, { kind: 'publishable' });
    expect((await exchange(publishable.key)).status).toBe(403);
    expect((await exchange(OPERATOR)).status).toBe(403);
  });

  it('check 32: a token ends with its key, at once, and another key of the app goes on', async () => {
    const app = await newApp();
    const [one, two] = [await newKey(app), await newKey(app)];
    const [mine, other] = [
      (await exchange(one.key)).body.accessToken as string,
      (await exchange(two.key)).body.accessToken as string,
    ];
    expect((await call('GET', '/v1/users', mine)).status).toBe(200);
    expect((await call('DELETE', `/v1/api-keys/${one.id}`, OPERATOR)).status).toBe(204);
    await eventually(async () => expect((await call('GET', '/v1/users', mine)).status).toBe(401), { every: 5 });
    await eventually(async () => expect((await exchange(one.key)).status).toBe(401));
    expect((await call('GET', '/v1/users', other)).status).toBe(200);
    expect((await exchange(two.key)).status).toBe(200);
  });

  it('check 32: a key that expires ends by itself, and its tokens no later', async () => {
    const app = await newApp();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { key, expiresAt: told } = await newKey(app, { expiresAt });
    expect(told).toBe(expiresAt);
    expect((await exchange(key)).body.expiresIn).toBeLessThanOrEqual(60);
    await postgres.database().query(`UPDATE api_key SET expires_at = now() - interval '1 second'`);
    await eventually(async () => expect((await call('GET', '/v1/users', key)).status).toBe(401));
    const past = { appId: app, kind: 'secret', name: 'k', expiresAt: '2020-01-01T00:00:00Z' };
    expect((await call('POST', '/v1/api-keys', OPERATOR, past)).status).toBe(422);
  });

  it('check 32: keys are made by the operator alone, for the app that is named, and nothing else can be said', async () => {
    const app = await newApp();
    const { key } = await newKey(app);
    const body = { appId: app, kind: 'secret', name: 'k' };
    expect((await call('POST', '/v1/api-keys', key, body)).status).toBe(403);
    expect((await call('POST', '/v1/api-keys', (await exchange(key)).body.accessToken as string, body)).status).toBe(
      403,
    );
    for (const extra of [{ userId: 'usr_1' }, { role: 'admin' }, { hash: 'x' }, { id: 'key_1' }]) {
      expect((await call('POST', '/v1/api-keys', OPERATOR, { ...body, ...extra })).status).toBe(422);
    }
    const user = { appId: app, kind: 'secret', name: 'k', scopes: ['account:manage'] };
    expect((await call('POST', '/v1/api-keys', OPERATOR, user)).status).toBe(422);
  });

  describe('issuers that an app trusts', () => {
    const wanted = (over: object = {}) => ({
      issuer: idp.url,
      audience: `urn:${randomBytes(4).toString('hex')}`,
      jwksUri: idp.jwksUrl,
      algorithms: ['ES256'],
      ...over,
    });

    it('are added and taken away by the operator, or a key with credentials:write for its own app', async () => {
      const [app, other] = [await newApp(), await newApp()];
      const { key } = await newKey(app, { scopes: ['credentials:write'] });
      const weak = await newKey(app, { scopes: ['events:read'] });
      const path = `/v1/apps/${app}/token-issuers`;
      const added = await call('POST', path, key, wanted());
      expect([added.status, added.body]).toMatchObject([
        201,
        { id: expect.stringMatching(/^tki_/), userClaim: 'sub', audienceClaim: 'aud', algorithms: ['ES256'] },
      ]);
      expect((await call('GET', path, OPERATOR)).body.items).toEqual([added.body]);
      expect((await call('POST', path, weak.key, wanted())).status).toBe(403);
      for (const method of ['GET', 'POST'] as const) {
        const answer = await call(
          method,
          `/v1/apps/${other}/token-issuers`,
          key,
          method === 'POST' ? wanted() : undefined,
        );
        expect(answer.status).toBe(404);
      }
      expect((await call('DELETE', `/v1/apps/${other}/token-issuers/${added.body.id}`, OPERATOR)).status).toBe(404);
      expect((await call('DELETE', `${path}/${added.body.id}`, key)).status).toBe(204);
      expect((await call('DELETE', `${path}/${added.body.id}`, key)).status).toBe(404);
    });

    it('lead to one app for an audience', async () => {
      const [app, other] = [await newApp(), await newApp()];
      const same = wanted();
      expect((await call('POST', `/v1/apps/${app}/token-issuers`, OPERATOR, same)).status).toBe(201);
      const taken = await call('POST', `/v1/apps/${other}/token-issuers`, OPERATOR, same);
      expect([taken.status, taken.body.code]).toEqual([409, 'issuer_taken']);
    });

    it.each([
      ['our own issuer', { issuer: ISSUER }, '/issuer'],
      ['no URL', { issuer: 'auth0' }, '/issuer'],
      ['a shared secret', { algorithms: ['HS256'] }, '/algorithms/0'],
      ['no algorithm', { algorithms: [] }, '/algorithms'],
      ['none as algorithm', { algorithms: ['none'] }, '/algorithms/0'],
      ['a scope of keys', { scopes: ['payments:write'] }, '/scopes/0'],
      ['a scope of accounts', { scopes: ['account:manage'] }, '/scopes/0'],
      ['keys at the metadata service', { jwksUri: 'http://169.254.169.254/' }, '/jwksUri'],
      ['keys in a file', { jwksUri: 'file:///etc/passwd' }, '/jwksUri'],
    ])('check 27: are never %s', async (_what, over, pointer) => {
      const answer = await call('POST', `/v1/apps/${await newApp()}/token-issuers`, OPERATOR, wanted(over));
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
    });

    it('check 27: have no keys on this machine for a live app', async () => {
      const answer = await call('POST', `/v1/apps/${await newApp('live')}/token-issuers`, OPERATOR, wanted());
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/jwksUri']);
    });
  });
});
