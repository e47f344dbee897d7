import { describe, expect, it } from '@jest/globals';
import { newKeyText } from '@signalbox/http';
import { eventually } from '@signalbox/testing';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { ISSUER, OPERATOR, useAuthApi } from '../auth-api.harness.js';

describe('API keys, and what they are exchanged for', () => {
  const auth = useAuthApi({ TRUSTED_PROXIES: '127.0.0.1' });
  const { call, newApp, newKey } = auth;
  const exchange = (key: string, body?: object) => call('POST', '/v1/api-keys/exchange', key, body);

  it('check 32: a key gets a token of five minutes with its scopes, or with fewer', async () => {
    const app = await newApp();
    const { id, key } = await newKey(app, { scopes: ['events:read', 'users:read', 'credentials:write'] });
    const all = await exchange(key);
    expect([all.status, all.body]).toEqual([
      200,
      { accessToken: expect.any(String), tokenType: 'Bearer', expiresIn: 300, scope: expect.any(String) },
    ]);
    const keys = createRemoteJWKSet(new URL('/oauth/jwks', auth.url()));
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
    await auth.database().query(`UPDATE api_key SET expires_at = now() - interval '1 second'`);
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

  describe('check 32: limits to networks', () => {
    const OFFICE = { allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'] };
    const from = (address: string) => ({ 'x-forwarded-for': address });

    it('are said when a key is made, and shown', async () => {
      const app = await newApp();
      const made = await newKey(app, OFFICE);
      const { body } = await call('GET', `/v1/api-keys?appId=${app}`, OPERATOR);
      expect(body.items).toMatchObject([{ id: made.id, ...OFFICE }]);
    });

    it.each([
      ['an address', '203.0.113.7'],
      ['a network that is too long', '203.0.113.0/33'],
      ['a name', 'office.example.com'],
      ['an IPv4 network in IPv6 clothes', '::ffff:203.0.113.0/120'],
    ])('are refused where they name %s', async (_what, network) => {
      const body = { appId: await newApp(), kind: 'secret', name: 'k', allowedCidrs: ['10.0.0.0/8', network] };
      const answer = await call('POST', '/v1/api-keys', OPERATOR, body);
      expect([answer.status, answer.body.errors]).toEqual([
        422,
        [{ pointer: '/allowedCidrs/1', reason: expect.stringContaining('203.0.113.0/24') }],
      ]);
    });

    it.each([
      ['203.0.113.9', 200],
      ['2001:db8::9', 200],
      ['198.51.100.9', 403],
      // What a stranger claims stands before what the proxy saw.
      ['203.0.113.9, 198.51.100.9', 403],
    ])('count for the address that the trusted proxy saw: %s gets %i', async (address, status) => {
      const { key } = await newKey(await newApp(), OFFICE);
      const read = await call('GET', '/v1/users', key, undefined, from(address));
      expect([read.status, read.body.code]).toEqual([status, status === 403 ? 'address_not_allowed' : undefined]);
      expect((await call('POST', '/v1/api-keys/exchange', key, {}, from(address))).status).toBe(status);
    });

    it('hold when a key is exchanged; the token of five minutes goes wherever it is taken', async () => {
      const { key } = await newKey(await newApp(), OFFICE);
      const { body } = await call('POST', '/v1/api-keys/exchange', key, {}, from('203.0.113.9'));
      const elsewhere = await call('GET', '/v1/users', body.accessToken as string, undefined, from('198.51.100.9'));
      expect(elsewhere.status).toBe(200);
    });
  });

  it('check 32: a key that lost a letter is told from one that nobody made', async () => {
    const { key } = await newKey(await newApp());
    const details = await Promise.all(
      [key.slice(0, -1), newKeyText('secret', 'test')].map(
        async (each) => (await call('GET', '/v1/users', each)).body.detail as string,
      ),
    );
    expect(details).toEqual([
      expect.stringContaining('mistyped or cut off'),
      expect.stringContaining('No such API key'),
    ]);
  });
});
