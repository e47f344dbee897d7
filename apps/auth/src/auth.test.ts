import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, formatId, parseId } from '@signalbox/contracts';
import { CredentialReader, Envelope, loadMasterKey, newVapidKeys } from '@signalbox/credentials';
import { createLogger } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import type { CreatedApiKey } from './api-keys/api-key.schemas.js';
import { type RunningAuth, startAuth } from './service.js';

// One file for all routes: the last test looks for secrets in everything that the others made the service say.

const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;
const MASTER_KEY = randomBytes(32).toString('base64');

// Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
afterAll(() => auth.close());
const postgres = usePostgres();
const logLines: string[] = [];
let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'trace',
      DATABASE_URL: postgres.url(),
      OPERATOR_TOKEN: OPERATOR,
      MASTER_KEY,
      QUEUE_PREFIX: '{auth-test}',
      ISSUER: 'http://auth.test',
      API_AUDIENCE: 'urn:signalbox:api',
      SIGNING_KEY_DAYS: 90,
      DATA_REQUEST_SERVICES: ['auth'],
      DATA_REQUEST_DUE_HOURS: 72,
      SIGN_IN_CALLS_PER_MINUTE: 1_000,
      MAIL_FROM: 'no-reply@example.com',
      UV_THREADPOOL_SIZE: 4,
    },
    createLogger('auth', 'trace', { write: (line) => logLines.push(line) }),
  );
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Body;
}

/** Every member that some answer has: what is there is for expectations to judge. */
interface Body extends CreatedApiKey {
  readonly userTokenSecret: string;
  readonly version: number;
  readonly items: { readonly id: string; readonly revokedAt: string | null }[];
  readonly next: string | null;
  readonly code: string;
  readonly errors: { readonly pointer: string }[];
  readonly paths: object;
}

/** Everything any route answered in this file, but for the answers that are meant to show a secret. */
const answers: string[] = [];

async function call(method: string, path: string, options: { key?: string; body?: unknown } = {}): Promise<Answer> {
  const response = await fetch(new URL(path, auth.url), {
    method,
    headers: {
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: options.body === undefined ? null : JSON.stringify(options.body),
  });
  const text = await response.text();
  if (!(method === 'POST' && path === '/v1/api-keys')) answers.push(text);
  return { status: response.status, text, body: JSON.parse(text || '{}') as Body };
}

const asOperator = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(method, path, { key: OPERATOR, ...(body === undefined ? {} : { body }) });

async function makeApp(mode: 'live' | 'test' = 'test'): Promise<string> {
  return (await asOperator('POST', '/v1/apps', { name: 'Shop', mode })).body.id;
}

async function makeKey(appId: string, more: object = {}): Promise<Answer['body']> {
  const answer = await asOperator('POST', '/v1/api-keys', { appId, kind: 'secret', name: 'backend', ...more });
  expect(answer.status).toBe(201);
  return answer.body;
}

const makeApnsSecret = (keyId = 'ABCDE12345') => ({
  teamId: 'TEAM123456',
  keyId,
  privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
});

async function eventsOf(appId: string): Promise<{ type: string; subject: string; payload: Record<string, unknown> }[]> {
  const sql = 'SELECT type, subject, payload FROM event_log WHERE app_id = $1 ORDER BY xid, id';
  return (await postgres.database().query<never>(sql, [parseId('app', appId)])).rows;
}

describe('apps', () => {
  it('are made by the operator, and tell the event log', async () => {
    const { status, body } = await asOperator('POST', '/v1/apps', { name: 'Shop', mode: 'live' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^app_/),
      name: 'Shop',
      mode: 'live',
      createdAt: expect.any(String),
    });
    expect((await asOperator('GET', `/v1/apps/${body.id}`)).body).toEqual(body);
    expect(await eventsOf(body.id)).toEqual([{ type: 'app.created', subject: body.id, payload: { name: 'Shop' } }]);
  });

  it('are listed page by page, each once, in the order they were made', async () => {
    const made = [await makeApp(), await makeApp(), await makeApp()];
    const seen: string[] = [];
    for (let after: string | null = made[0]!; after !== null;) {
      const page: Answer = await asOperator('GET', `/v1/apps?limit=1&after=${after}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.items.map((app: { id: string }) => app.id));
      after = page.body.next;
    }
    expect(seen).toEqual(made.slice(1));
  });

  it('can be seen with a key of their own, and are not found with a key of another app', async () => {
    const [mine, foreign] = [await makeApp(), await makeApp()];
    const { key } = await makeKey(mine);
    expect((await call('GET', `/v1/apps/${mine}`, { key })).status).toBe(200);
    const [other, none] = [
      await call('GET', `/v1/apps/${foreign}`, { key }),
      await call('GET', `/v1/apps/${formatId('app', newUuid())}`, { key }),
    ];
    expect(other.status).toBe(404);
    expect(other.text).toBe(none.text);
  });

  it.each(['app_zzz', 'key_01h455vb4pex5vsknk084sn02q', '%00', 'null'])(
    'answer 404 or 422 to the id %s, never 5xx',
    async (id) => {
      expect([404, 422]).toContain((await asOperator('GET', `/v1/apps/${id}`)).status);
    },
  );

  it.each([
    [{ mode: 'live' }, '/name'],
    [{ name: '', mode: 'live' }, '/name'],
    [{ name: 'Shop', mode: 'prod' }, '/mode'],
    [{ name: 'Shop', mode: 'live', colour: 'red' }, '/colour'],
  ])('refuse %j and name the field', async (body, pointer) => {
    const answer = await asOperator('POST', '/v1/apps', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
  });
});

describe('callers', () => {
  const routes = [
    ['POST', '/v1/apps'],
    ['GET', '/v1/apps'],
    ['GET', '/v1/apps/x'],
    ['GET', '/v1/apps/x/credentials'],
    ['PUT', '/v1/apps/x/credentials/apns'],
    ['PUT', '/v1/apps/x/credentials/fcm'],
    ['PUT', '/v1/apps/x/credentials/webpush'],
    ['PUT', '/v1/apps/x/credentials/stripe'],
    ['PUT', '/v1/apps/x/credentials/braintree'],
    ['POST', '/v1/api-keys'],
    ['GET', '/v1/api-keys?appId=x'],
    ['DELETE', '/v1/api-keys/x'],
  ] as const;

  it.each(routes)('without a key get 401 from %s %s', async (method, path) => {
    expect((await call(method, path)).status).toBe(401);
  });

  it.each(routes)('with a publishable key get 403 from %s %s', async (method, path) => {
    const { key } = await makeKey(await makeApp(), { kind: 'publishable' });
    expect((await call(method, path, { key })).status).toBe(403);
  });

  it('with a key that was made up or revoked get 401', async () => {
    const app = await makeApp();
    const { key, id } = await makeKey(app);
    expect((await asOperator('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    expect((await call('GET', `/v1/apps/${app}`, { key })).status).toBe(401);
    expect((await call('GET', `/v1/apps/${app}`, { key: `sbk_test_${'A'.repeat(43)}` })).status).toBe(401);
  });
});

describe('API keys', () => {
  it('are shown once, and kept as a hash', async () => {
    const app = await makeApp('live');
    const made = await makeKey(app);
    expect(made.key).toMatch(/^sbk_live_[0-9A-Za-z]{49}$/);
    expect(made.scopes).not.toContain('credentials:write');
    expect(made).not.toHaveProperty('userTokenSecret');
    const { body, text } = await asOperator('GET', `/v1/api-keys?appId=${app}`);
    expect(body.items).toEqual([
      expect.objectContaining({ id: made.id, hint: made.key.slice(0, 15), revokedAt: null }),
    ]);
    expect(text).not.toContain(made.key);
    const { rows } = await postgres.database().query('SELECT row_to_json(k)::text AS row FROM api_key k');
    expect(JSON.stringify(rows)).not.toContain(made.key);
  });

  it('that are publishable come with a user token secret, which is stored sealed for this app and column', async () => {
    const app = await makeApp();
    const made = await makeKey(app, { kind: 'publishable', name: 'phone' });
    expect(made.key).toMatch(/^sbp_test_/);
    expect(made.scopes).toEqual(['devices:register-own']);
    const sql = 'SELECT app_id, user_token_secret AS sealed FROM api_key WHERE id = $1';
    const { rows } = await postgres
      .database()
      .query<{ app_id: string; sealed: Buffer }>(sql, [parseId('key', made.id)]);
    const { app_id: appId, sealed } = rows[0]!;
    expect(sealed.includes(made.userTokenSecret)).toBe(false);
    const envelope = new Envelope(loadMasterKey({ key: MASTER_KEY }));
    const context = { appId, table: 'api_key', column: 'user_token_secret' };
    expect(envelope.open(sealed, context).toString()).toBe(made.userTokenSecret);
    expect(() => envelope.open(sealed, { ...context, appId: newUuid() })).toThrow();
  });

  it('that are publishable cannot have a scope of the backend, nor the other way round', async () => {
    const appId = await makeApp();
    for (const body of [
      { kind: 'publishable', scopes: ['notifications:write'] },
      { kind: 'secret', scopes: ['devices:register-own'] },
      { kind: 'secret', scopes: [] },
    ]) {
      const answer = await asOperator('POST', '/v1/api-keys', { appId, name: 'x', ...body });
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0]?.pointer).toMatch(/^\/scopes/);
    }
  });

  it('are revoked once, however often and by however many', async () => {
    const app = await makeApp();
    const { id } = await makeKey(app);
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await asOperator('DELETE', `/v1/api-keys/${id}`)).status),
    );
    expect(statuses).toEqual([204, 204, 204]);
    expect((await eventsOf(app)).map(({ type }) => type)).toEqual([
      'app.created',
      'api_key.created',
      'api_key.revoked',
    ]);
    const { items } = (await asOperator('GET', `/v1/api-keys?appId=${app}`)).body;
    expect(items[0]?.revokedAt).not.toBeNull();
  });

  it('of an app that does not exist are not found', async () => {
    const appId = formatId('app', newUuid());
    expect((await asOperator('POST', '/v1/api-keys', { appId, kind: 'secret', name: 'x' })).status).toBe(404);
    expect((await asOperator('GET', `/v1/api-keys?appId=${appId}`)).status).toBe(404);
    expect((await asOperator('DELETE', `/v1/api-keys/${formatId('key', newUuid())}`)).status).toBe(404);
  });
});

describe('credentials', () => {
  it('are rotated under one id with a growing version, and workers can open the newest', async () => {
    const app = await makeApp();
    const [first, second] = [makeApnsSecret('FIRST12345'), makeApnsSecret('SECOND1234')];
    const one = await asOperator('PUT', `/v1/apps/${app}/credentials/apns`, first);
    const two = await asOperator('PUT', `/v1/apps/${app}/credentials/apns`, second);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(one.body).toMatchObject({ id: expect.stringMatching(/^crd_/), provider: 'apns', version: 1 });
    expect(two.body).toMatchObject({ id: one.body.id, version: 2, summary: { keyId: 'SECOND1234' } });
    const reader = new CredentialReader(new Envelope(loadMasterKey({ key: MASTER_KEY })));
    const opened = await reader.open(postgres.database(), parseId('credential', one.body.id)!);
    expect(opened).toMatchObject({ version: 2, secret: { keyId: 'SECOND1234', privateKey: second.privateKey } });
    const listed = await asOperator('GET', `/v1/apps/${app}/credentials`);
    expect(listed.body.items).toEqual([{ ...two.body, updatedAt: expect.any(String) }]);
    expect((await eventsOf(app)).slice(1)).toEqual(
      [1, 2].map((version) => ({
        type: 'credential.changed',
        subject: one.body.id,
        payload: { provider: 'apns', credentialId: one.body.id, version },
      })),
    );
  });

  it('put at the same time get versions of their own', async () => {
    const app = await makeApp();
    const puts = await Promise.all(
      [1, 2, 3, 4].map(() => asOperator('PUT', `/v1/apps/${app}/credentials/apns`, makeApnsSecret())),
    );
    expect(puts.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4]);
  });

  it('are put by a key with credentials:write, in its own app only', async () => {
    const [mine, foreign] = [await makeApp(), await makeApp()];
    const { key } = await makeKey(mine, { scopes: ['credentials:write'] });
    const { key: weak } = await makeKey(mine);
    const put = (app: string, by: string) =>
      call('PUT', `/v1/apps/${app}/credentials/apns`, { key: by, body: makeApnsSecret() });
    expect((await put(mine, key)).status).toBe(200);
    expect((await put(foreign, key)).status).toBe(404);
    expect((await put(mine, weak)).status).toBe(403);
    expect((await call('GET', `/v1/apps/${foreign}/credentials`, { key })).status).toBe(404);
  });

  it('that are no key are refused without being repeated', async () => {
    const app = await makeApp();
    const privateKey = '-----BEGIN PRIVATE KEY-----\nTm90IGEga2V5IGJ1dCBzZWNyZXQ=\n-----END PRIVATE KEY-----\n';
    const answer = await asOperator('PUT', `/v1/apps/${app}/credentials/apns`, { ...makeApnsSecret(), privateKey });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/privateKey' })]);
    expect(answer.text).not.toContain('Tm90IGEga2V5');
  });

  it('may name another endpoint in test apps only', async () => {
    const [test, live] = [await makeApp('test'), await makeApp('live')];
    const secret = { ...makeApnsSecret(), endpoint: { origin: 'https://127.0.0.1:4012', ca: CA } };
    expect((await asOperator('PUT', `/v1/apps/${test}/credentials/apns`, secret)).status).toBe(200);
    const refused = await asOperator('PUT', `/v1/apps/${live}/credentials/apns`, secret);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0]?.pointer).toBe('/endpoint');
    expect((await asOperator('GET', `/v1/apps/${live}/credentials`)).body.items).toEqual([]);
  });

  it('for FCM are the service account file as Google gives it', async () => {
    const app = await makeApp();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const file = {
      type: 'service_account',
      project_id: 'shop-12345',
      client_email: 'push@shop-12345.iam.gserviceaccount.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const { status, body } = await asOperator('PUT', `/v1/apps/${app}/credentials/fcm`, file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ provider: 'fcm', version: 1, summary: { projectId: 'shop-12345' } });
  });

  it('for browsers are made here, once, and are kept until others are handed in', async () => {
    const [app, live] = [await makeApp('test'), await makeApp('live')];
    const put = (body: object, id = app) => asOperator('PUT', `/v1/apps/${id}/credentials/webpush`, body);
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    // Three at once, none of which can know of another's keys before it has its turn.
    const { begun } = await postgres.database().transaction(async (tx) => {
      await tx.query('SELECT 1 FROM app WHERE id = $1 FOR NO KEY UPDATE', [parseId('app', app)]);
      const puts = [1, 2, 3].map((each) => put({ subject: `mailto:ops${each}@example.com` }));
      await eventually(async () => (await postgres.database().query(waiting)).rowCount === puts.length);
      return { begun: puts };
    });
    const first = await Promise.all(begun);
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200]);
    const told = first.map(({ text }) => /"publicKey":"([^"]+)"/.exec(text)?.[1]);
    expect(new Set(told).size).toBe(1);
    const reader = new CredentialReader(new Envelope(loadMasterKey({ key: MASTER_KEY })));
    const opened = await reader.open(postgres.database(), parseId('credential', first[0]!.body.id)!);
    expect(opened).toMatchObject({ provider: 'webpush', version: 3, secret: { publicKey: told[0] } });
    const { privateKey } = (opened as Extract<typeof opened, { provider: 'webpush' }>).secret;
    expect(first.map(({ text }) => text).join()).not.toContain(privateKey);
    const own = newVapidKeys();
    const subject = 'https://example.com/contact';
    const rotated = await put({ subject, ...own });
    expect(rotated.body).toMatchObject({ version: 4, summary: { subject, publicKey: own.publicKey } });
    const refused = [
      [await put({ subject, publicKey: own.publicKey }), '/privateKey'],
      [await put({ subject: 'ops' }), '/subject'],
      [await put({ subject, endpoint: { origin: 'https://127.0.0.1:4017', ca: CA } }, live), '/endpoint'],
    ] as const;
    expect(refused.map(([{ status, body }]) => [status, body.errors[0]?.pointer])).toEqual(
      refused.map(([, pointer]) => [422, pointer]),
    );
  });

  it("for Stripe are an account's API keys, of the mode of the app", async () => {
    const [test, live] = [await makeApp('test'), await makeApp('live')];
    const put = (app: string, body: object) => asOperator('PUT', `/v1/apps/${app}/credentials/stripe`, body);
    const keys = { secretKey: 'rk_test_51secretsecret9x2B', publishableKey: 'pk_test_51published' };
    const stored = await put(test, { ...keys, endpoint: { origin: 'http://127.0.0.1:4013' } });
    expect(stored.status).toBe(200);
    expect(stored.body).toMatchObject({
      provider: 'stripe',
      version: 1,
      summary: {
        secretKey: 'rk_test_...9x2B',
        publishableKey: 'pk_test_51published',
        endpoint: 'http://127.0.0.1:4013',
      },
    });
    expect(stored.text).not.toContain('secretsecret');
    const refused = [
      [await put(live, keys), '/secretKey'],
      [await put(test, { secretKey: 'sk_live_51secretsecret' }), '/secretKey'],
      [
        await put(live, { secretKey: 'sk_live_51secretsecret', endpoint: { origin: 'http://127.0.0.1:1' } }),
        '/endpoint',
      ],
      [await put(test, { ...keys, publishableKey: 'pk_live_51published' }), '/publishableKey'],
      [await put(test, { secretKey: 'whsec_51secretsecret' }), '/secretKey'],
      [await put(test, { ...keys, endpoint: { origin: 'http://127.0.0.1:1/v1' } }), '/endpoint/origin'],
    ] as const;
    expect(refused.map(([{ status, body }]) => [status, body.errors[0]?.pointer])).toEqual(
      refused.map(([, pointer]) => [422, pointer]),
    );
    const reader = new CredentialReader(new Envelope(loadMasterKey({ key: MASTER_KEY })));
    const id = parseId('credential', stored.body.id)!;
    expect(await reader.openStripe(postgres.database(), id)).toMatchObject({ version: 1, secret: keys });
    expect(await reader.open(postgres.database(), id)).toBeUndefined();
  });

  it("for Braintree are a merchant's API keys, of an environment that fits the mode of the app", async () => {
    const [test, live] = [await makeApp('test'), await makeApp('live')];
    const put = (app: string, body: object) => asOperator('PUT', `/v1/apps/${app}/credentials/braintree`, body);
    const keys = {
      merchantId: 'merchant_9',
      publicKey: 'publickey9',
      privateKey: 'privatesecretsecret',
      environment: 'sandbox',
      merchantAccounts: { usd: 'shop_USD' },
    };
    const stored = await put(test, { ...keys, endpoint: { origin: 'http://127.0.0.1:4014' } });
    expect(stored.status).toBe(200);
    expect(stored.body).toMatchObject({
      provider: 'braintree',
      version: 1,
      summary: {
        merchantId: 'merchant_9',
        publicKey: 'publickey9',
        environment: 'sandbox',
        'merchantAccount.usd': 'shop_USD',
        endpoint: 'http://127.0.0.1:4014',
      },
    });
    expect(stored.text).not.toContain('secretsecret');
    const production = { ...keys, environment: 'production' };
    const refused = [
      [await put(live, keys), '/environment'],
      [await put(test, production), '/environment'],
      [await put(live, { ...production, endpoint: { origin: 'http://127.0.0.1:1' } }), '/endpoint'],
      [await put(test, { ...keys, publicKey: 'public|key' }), '/publicKey'],
      [await put(test, { ...keys, privateKey: 'short' }), '/privateKey'],
      [await put(test, { ...keys, merchantAccounts: { USD: 'x' } }), '/merchantAccounts/USD'],
      [await put(test, { ...keys, endpoint: { origin: 'http://127.0.0.1:1/x' } }), '/endpoint/origin'],
    ] as const;
    expect(refused.map(([{ status, body }]) => [status, body.errors[0]?.pointer])).toEqual(
      refused.map(([, pointer]) => [422, pointer]),
    );
    const reader = new CredentialReader(new Envelope(loadMasterKey({ key: MASTER_KEY })));
    const id = parseId('credential', stored.body.id)!;
    expect(await reader.openBraintree(postgres.database(), id)).toMatchObject({ version: 1, secret: keys });
    expect(await reader.openStripe(postgres.database(), id)).toBeUndefined();
    expect(await reader.open(postgres.database(), id)).toBeUndefined();
  });

  it('of a provider that is not built yet are not available, and not in the API document', async () => {
    const answer = await asOperator('PUT', `/v1/apps/${await makeApp()}/credentials/adyen`, { secretKey: 'x' });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('not_available');
    const { paths } = (await call('GET', '/openapi.json')).body;
    expect(Object.keys(paths)).toContain('/v1/apps/{id}/credentials/apns');
    expect(Object.keys(paths)).not.toContain('/v1/apps/{id}/credentials/{provider}');
  });
});

describe('a change whose event cannot be written', () => {
  it('is not made: no app, no key, no credential, no revocation', async () => {
    const app = await makeApp();
    const { id } = await makeKey(app);
    await postgres.database().query('ALTER TABLE event_log RENAME TO event_log_away');
    const attempts = [
      await asOperator('POST', '/v1/apps', { name: 'Never', mode: 'test' }),
      await asOperator('POST', '/v1/api-keys', { appId: app, kind: 'secret', name: 'never' }),
      await asOperator('PUT', `/v1/apps/${app}/credentials/apns`, makeApnsSecret()),
      await asOperator('DELETE', `/v1/api-keys/${id}`),
    ];
    await postgres.database().query('ALTER TABLE event_log_away RENAME TO event_log');
    expect(attempts.every(({ status }) => status >= 500)).toBe(true);
    const { rows } = await postgres
      .database()
      .query<{ count: string }>("SELECT count(*) FROM app WHERE name = 'Never'");
    expect(rows[0]?.count).toBe('0');
    const keys = (await asOperator('GET', `/v1/api-keys?appId=${app}`)).body.items;
    expect(keys).toEqual([expect.objectContaining({ id, revokedAt: null })]);
    expect((await asOperator('GET', `/v1/apps/${app}/credentials`)).body.items).toEqual([]);
  });
});

describe('a change whose commit fails', () => {
  it('tells no event', async () => {
    const app = await makeApp();
    const { id } = await makeKey(app);
    const before = (await postgres.database().query('SELECT id FROM event_log')).rowCount;
    await postgres
      .database()
      .query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$no$$; END'`);
    for (const table of ['app', 'api_key', 'credential']) {
      await postgres.database().query(`CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON ${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`);
    }
    const attempts = [
      await asOperator('POST', '/v1/apps', { name: 'Never', mode: 'test' }),
      await asOperator('POST', '/v1/api-keys', { appId: app, kind: 'secret', name: 'never' }),
      await asOperator('PUT', `/v1/apps/${app}/credentials/apns`, makeApnsSecret()),
      await asOperator('DELETE', `/v1/api-keys/${id}`),
    ];
    await postgres.database().query('DROP FUNCTION refuse CASCADE');
    expect(attempts.map(({ status }) => status).filter((status) => status < 500)).toEqual([]);
    expect((await postgres.database().query('SELECT id FROM event_log')).rowCount).toBe(before);
  });
});

describe('secrets', () => {
  it('stand in no answer, no log line and no event', async () => {
    const app = await makeApp();
    const secret = makeApnsSecret();
    const published = await makeKey(app, { kind: 'publishable' });
    const { key } = await makeKey(app, { scopes: ['credentials:write'] });
    await call('PUT', `/v1/apps/${app}/credentials/apns`, { key, body: secret });
    await call('PUT', `/v1/apps/${app}/credentials/apns`, { key, body: { ...secret, keyId: 1 } });
    await call('GET', `/v1/apps/${app}/credentials`, { key });
    await asOperator('GET', `/v1/api-keys?appId=${app}`);
    const { rows } = await postgres.database().query('SELECT type, subject, payload FROM event_log');
    const everywhere = [...answers, ...logLines, JSON.stringify(rows)].join('\n');
    const [, pemLine = ''] = secret.privateKey.split('\n');
    for (const value of [pemLine, key, published.key, published.userTokenSecret, OPERATOR, MASTER_KEY]) {
      expect(value.length).toBeGreaterThan(20);
      expect(everywhere).not.toContain(value);
    }
  });
});

/** A self-signed certificate of no importance (EC P-256, CN=sandbox). */
const CA = `-----BEGIN CERTIFICATE-----
MIIBfDCCASGgAwIBAgIUNMBDKjDRXxT+8D6PjF/Tg/4Y1R8wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHc2FuZGJveDAgFw0yNjExMjIyMTA1NTBaGA8yMTI2MTAyOTIx
MDU1MFowEjEQMA4GA1UEAwwHc2FuZGJveDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABMvNksxO5bbOzA7536L13XqafEo4aZolyftWoKXgBUwnSRh8+r4ccYLFVzT5
ghLCQvVtjs84V05lqy/p6tnu3n6jUzBRMB0GA1UdDgQWBBQWIf6cSw/dwFClLxo6
6+QekNm10zAfBgNVHSMEGDAWgBQWIf6cSw/dwFClLxo66+QekNm10zAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDXXpWIvpB5BU2qBNsd+OT7R2Zc
DIFprS1pPGOPmods+AIhAKoUFTTHy3+QpGDuk6eBbiPUei7OedyBBtE2SwtemYxf
-----END CERTIFICATE-----
`;
