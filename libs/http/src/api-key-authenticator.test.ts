import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { usePostgres } from '@signalbox/testing';
import { ApiKeyAuthenticator, hashApiKey, type RefusedAddress } from './api-key-authenticator.js';
import { newKeyText } from './api-key-format.js';

const newKey = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;
const bearer = (key: string): string => `Bearer ${key}`;

describe('ApiKeyAuthenticator', () => {
  const postgres = usePostgres();
  const operatorToken = newKey('sbo');
  const appId = newUuid();
  let sql: Sql;

  beforeAll(async () => {
    sql = postgres.database();
    await sql.query("INSERT INTO app (id, name, mode) VALUES ($1, 'Test', 'test')", [appId]);
  });

  const authenticator = (over: Sql = sql): ApiKeyAuthenticator => new ApiKeyAuthenticator(over, { operatorToken });

  async function addKey(
    key: string,
    kind: string,
    scopes: string[],
    userTokenSecret: Buffer | null = null,
    allowedCidrs: string[] = [],
  ): Promise<Uuid> {
    const id = newUuid();
    await sql.query(
      `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes, user_token_secret, allowed_cidrs)
       VALUES ($1, $2, $3, '', '', $4, $5, $6, $7)`,
      [id, appId, kind, hashApiKey(key), scopes, userTokenSecret, allowedCidrs],
    );
    return id;
  }

  it('knows a secret key, its app, mode and scopes', async () => {
    const key = newKey('sbk_test');
    const keyId = await addKey(key, 'secret', ['notifications:write', 'events:read']);
    expect(await authenticator().verify(bearer(key))).toEqual({
      kind: 'app',
      appId,
      mode: 'test',
      keyId,
      keyKind: 'secret',
      scopes: new Set(['notifications:write', 'events:read']),
    });
  });

  it('knows a publishable key, and hands its user-token secret on as it is stored', async () => {
    const key = newKey('sbp_test');
    await addKey(key, 'publishable', ['devices:register-own'], Buffer.from('sealed'));
    expect(await authenticator().verify(`bearer   ${key}`)).toMatchObject({
      keyKind: 'publishable',
      userTokenSecret: Buffer.from('sealed'),
    });
  });

  it('knows the operator, and nobody else who claims to be', async () => {
    expect(await authenticator().verify(bearer(operatorToken))).toEqual({ kind: 'operator' });
    for (const other of [newKey('sbo'), `${operatorToken}x`, operatorToken.slice(0, -1), 'sbo_']) {
      await expect(authenticator().verify(bearer(other))).rejects.toMatchObject({ status: 401 });
    }
    const without = new ApiKeyAuthenticator(sql, { operatorToken: undefined });
    await expect(without.verify(bearer(operatorToken))).rejects.toMatchObject({ status: 401 });
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['no token', 'Bearer '],
    ['a key nobody made', bearer(newKey('sbk_live'))],
    ['a key with a strange letter', bearer(`sbk_live_${"'".repeat(30)}`)],
    ['two keys', `${bearer(newKey('sbk_live'))}, ${bearer(newKey('sbk_live'))}`],
    ['a header of 10 KB', bearer(`sbk_live_${'a'.repeat(10_000)}`)],
  ])('refuses %s with 401 and a challenge', async (_what, header) => {
    await expect(authenticator().verify(header)).rejects.toMatchObject({
      status: 401,
      code: 'unauthenticated',
      headers: { 'www-authenticate': 'Bearer' },
    });
  });

  it('refuses a revoked key', async () => {
    const key = newKey('sbk_test');
    const id = await addKey(key, 'secret', []);
    const patient = authenticator();
    await patient.verify(bearer(key));
    await sql.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [id]);
    await expect(authenticator().verify(bearer(key))).rejects.toMatchObject({ status: 401 });
  });

  it('looks a key up once for all requests of a second, then again', async () => {
    const key = newKey('sbk_test');
    const id = await addKey(key, 'secret', []);
    let lookups = 0;
    let now = 0;
    const counting: Sql = {
      query: (text, params) => {
        lookups += 1;
        return sql.query(text, params);
      },
    };
    const shared = new ApiKeyAuthenticator(counting, { operatorToken, now: () => now });
    await Promise.all(Array.from({ length: 20 }, () => shared.verify(bearer(key))));
    now = 999;
    await shared.verify(bearer(key));
    expect(lookups).toBe(1);
    await sql.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [id]);
    now = 1_000;
    await expect(shared.verify(bearer(key))).rejects.toMatchObject({ status: 401 });
    expect(lookups).toBe(2);
  });

  it('says 503 and not 401 when the database is away, and asks again at the next request', async () => {
    const key = newKey('sbk_test');
    await addKey(key, 'secret', []);
    let away = true;
    const unsteady: Sql = {
      query: (text, params) => (away ? Promise.reject(new Error('away')) : sql.query(text, params)),
    };
    const one = authenticator(unsteady);
    await expect(one.verify(bearer(key))).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    away = false;
    expect(await one.verify(bearer(key))).toMatchObject({ kind: 'app' });
  });

  it('check 32: tells a mistyped key from a wrong one without asking the database', async () => {
    let lookups = 0;
    const counting: Sql = {
      query: (text, params) => {
        lookups += 1;
        return sql.query(text, params);
      },
    };
    const key = newKeyText('secret', 'test');
    const mistyped = authenticator(counting).verify(bearer(key.slice(0, -1)));
    await expect(mistyped).rejects.toMatchObject({
      status: 401,
      detail: expect.stringContaining('mistyped or cut off'),
    });
    expect(lookups).toBe(0);
    const wrong = authenticator(counting).verify(bearer(key));
    await expect(wrong).rejects.toMatchObject({ status: 401, detail: expect.stringContaining('No such API key') });
    expect(lookups).toBe(1);
  });

  it('check 32: refuses a key from where it may not be used, each time, and tells of it before it answers', async () => {
    const key = newKeyText('secret', 'test');
    const keyId = await addKey(key, 'secret', ['events:read'], null, ['203.0.113.0/24', '2001:db8::/32']);
    const refusedAddresses: RefusedAddress[] = [];
    const one = new ApiKeyAuthenticator(sql, {
      operatorToken,
      onRefusedAddress: async (refused) => void refusedAddresses.push(refused),
    });
    const from = (address: string) => one.verify(bearer(key), { method: 'GET', url: '/', dpop: undefined, address });
    expect(await from('203.0.113.9')).toMatchObject({ keyId });
    expect(await from('2001:db8::9')).toMatchObject({ keyId });
    for (const address of ['203.0.114.9', '2001:db9::9']) {
      await expect(from(address)).rejects.toMatchObject({
        status: 403,
        code: 'address_not_allowed',
        detail: expect.stringContaining(address),
      });
    }
    await expect(one.verify(bearer(key))).rejects.toMatchObject({ status: 403 });
    expect(refusedAddresses).toEqual(
      ['203.0.114.9', '2001:db9::9', undefined].map((address) => ({ appId, keyId, address })),
    );
    expect(await from('203.0.113.10')).toMatchObject({ keyId });
  });

  it('recalls a key for the second in which it was found, and none that is bound to addresses', async () => {
    let now = 0;
    const authenticator = new ApiKeyAuthenticator(sql, { operatorToken, now: () => now });
    const [free, bound] = [newKey('sbk_test'), newKey('sbk_test')];
    await addKey(free, 'secret', ['events:read']);
    await addKey(bound, 'secret', ['events:read'], null, ['203.0.113.0/24']);
    expect(authenticator.recall(bearer(free))).toBeUndefined();
    const found = await authenticator.verify(bearer(free));
    await authenticator.verify(bearer(bound), { method: 'GET', url: '/', dpop: undefined, address: '203.0.113.7' });
    expect(authenticator.recall(bearer(free))).toEqual(found);
    expect(authenticator.recall(bearer(bound))).toBeUndefined();
    expect(authenticator.recall(undefined)).toBeUndefined();
    now = 1_000;
    expect(authenticator.recall(bearer(free))).toBeUndefined();
  });
});
