import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type DataReceiptView,
  type DataRequestAnswer,
  type DataRequestView,
  formatId,
  newUuid,
  parseId,
  type Uuid,
} from '@signalbox/contracts';
import { hashApiKey, newKeyText } from '@signalbox/http';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { answerPersonalDataRequests, type Holding } from '@signalbox/personal-data';
import { createLogger } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { importJWK, type JWK, jwtVerify } from 'jose';
import { type RunningAuth, startAuth } from '../service.js';
import { PURGE_SESSIONS } from '../work/upkeep.queries.js';
import { COLLECT_HISTORY } from './tables.queries.js';

const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;
const ISSUER = 'http://auth.test';

// Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
let auth: RunningAuth;
afterAll(() => auth.close());
// A request goes through several hands, on a machine that may be busy.
jest.setTimeout(30_000);
const WITHIN = { within: 20_000 };
const postgres = usePostgres();

beforeAll(async () => {
  auth = await startAuth(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      DATABASE_URL: postgres.url(),
      OPERATOR_TOKEN: OPERATOR,
      MASTER_KEY: randomBytes(32).toString('base64'),
      ISSUER,
      API_AUDIENCE: 'urn:signalbox:api',
      SIGNING_KEY_DAYS: 90,
      SIGN_IN_CALLS_PER_MINUTE: 6_000,
      QUEUE_PREFIX: '{auth-test}',
      DATA_REQUEST_SERVICES: ['auth'],
      DATA_REQUEST_DUE_HOURS: 72,
      MAIL_FROM: 'no-reply@example.com',
      UV_THREADPOOL_SIZE: 4,
    },
    createLogger('auth', 'silent'),
  );
});

const sql = async <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
  (await postgres.database().query<Row>(text, params)).rows;

interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

async function call<Body = Record<string, never>>(method: string, path: string, key?: string): Promise<Answer<Body>> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(new URL(path, auth.url), { method, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

interface Shop {
  readonly id: Uuid;
  readonly key: string;
  readonly keyId: string;
}

async function newShop(): Promise<Shop> {
  const [id, keyId] = [await insertApp(postgres.database()), newUuid()];
  const key = newKeyText('secret', 'test');
  await sql(
    `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes)
     VALUES ($1, $2, 'secret', 'test', 'sbk_', $3, '{users:read,users:write}')`,
    [keyId, id, hashApiKey(key)],
  );
  return { id, key, keyId: formatId('key', keyId) };
}

/** A user who is signed in on a phone and in a browser. */
async function newUser(appId: Uuid): Promise<{ id: Uuid; publicId: string; sessionId: Uuid }> {
  const [id, sessionId] = [newUuid(), newUuid()];
  const publicId = formatId('user', id);
  await sql(
    `INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, name, password_hash)
     VALUES ($1, $2, $3, $3, now(), 'Ann Example', 'argon2-of-ann')`,
    [id, appId, `ann-${id}@example.com`],
  );
  await sql(
    `INSERT INTO auth_session (id, app_id, user_id, client_id, device_name, user_agent, prefix, auth_time, acr, amr, activated_at, expires_at)
     VALUES ($1, $2, $3, 'cli_x', 'Ann’s phone', 'Shop/1 (iPhone)', '203.0.113.0/24', now(), 'urn:signalbox:1fa', '{pwd}', now(), now() + interval '1 day')`,
    [sessionId, appId, id],
  );
  const record = `INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at) VALUES ($1, $2, $3, $4, now() + interval '1 day')`;
  await sql(record, ['RefreshToken', randomBytes(32), sessionId, { accountId: publicId }]);
  await sql(record, ['Session', randomBytes(32), null, { accountId: publicId, uid: publicId }]);
  return { id, publicId, sessionId };
}

/** What every part of auth keeps of a user, one row each. */
async function newTraces({ id, sessionId, publicId }: Awaited<ReturnType<typeof newUser>>, appId: Uuid): Promise<void> {
  const [bytes, uuid] = [randomBytes(32), newUuid()];
  for (const [table, row] of Object.entries({
    one_time_token: { hash: bytes, purpose: 'recover', email_key: `ann-${id}@example.com`, expires_at: 'infinity' },
    auth_mail: { id: uuid, template: 'recover', sealed: bytes, expires_at: 'infinity' },
    totp_factor: { id: uuid, name: 'Ann’s phone', sealed: bytes },
    passkey: {
      ...{ id: uuid, credential_id: bytes, public_key: bytes, sign_count: 0, transports: [], aaguid: uuid },
      ...{ synced: true, name: 'Ann’s laptop' },
    },
    passkey_challenge: { purpose: 'sign_in', binding: publicId, challenge: 'x', expires_at: 'infinity' },
    recovery_code: { hash: bytes },
    known_device: { device: bytes },
    known_country: { country: 'DE' },
    sign_in_prefix: { prefix: '203.0.113.0/24' },
    sign_in_alert: { id: uuid, session_id: sessionId, codes: [], token_hash: bytes, expires_at: 'infinity' },
    password_reset_due: {},
    identity: {
      ...{ id: uuid, provider: 'google', issuer: 'https://accounts.google.com', subject: uuid, client_id: 'x' },
      ...{ email: `ann-${id}@example.com`, email_verified: true, is_private_email: false },
    },
    pending_link: { id: bytes, provider: 'google', expires_at: 'infinity' },
  })) {
    const columns: Record<string, unknown> = { ...row, app_id: appId, user_id: id };
    const names = Object.keys(columns);
    const places = names.map((_, index) => `$${index + 1}`).join();
    await sql(`INSERT INTO ${table} (${names.join()}) VALUES (${places})`, Object.values(columns));
  }
  await sql(`INSERT INTO session_trail (session_id, sightings) VALUES ($1, '[]')`, [sessionId]);
  const reasons = [{ code: 'new_country', facts: { country: 'DE' } }];
  const data = { userId: publicId, noticeId: 'sia_1', verdict: 'notify', reasons, country: 'DE', occurredAt: 'now' };
  const fact = { appId, type: 'auth.login_anomaly' as const, subject: formatId('session', sessionId), data };
  await append(postgres.database(), [{ ...fact, content: bytes, dekId: uuid }]);
}

/** Rows of any table that name a user of ours in a column of their own. */
async function rowsOf(userId: Uuid): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'user_id' AND data_type = 'uuid'`,
  );
  const counts = tables.map(async ({ name }) => {
    const rows = await sql(`SELECT FROM ${name} WHERE user_id = $1`, [userId]);
    return rows.length === 0 ? [] : [name];
  });
  return (await Promise.all(counts)).flat().sort();
}

const settled = (key: string, id: string): Promise<DataRequestView> =>
  eventually(async () => {
    const { body } = await call<DataRequestView>('GET', `/v1/data-requests/${id}`, key);
    expect(body.state).toBe('done');
    return body;
  }, WITHIN);

const factsOf = (appId: Uuid) =>
  sql<{ type: string; subject: string; payload: Record<string, unknown> }>(
    `SELECT type, subject, payload FROM event_log WHERE app_id = $1 ORDER BY xid, id`,
    [appId],
  );

describe('erasing a user of ours', () => {
  it('check 35: signs the user out everywhere at once, before anything else is done', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const { status, body } = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    expect(status).toBe(202);
    expect(body).toMatchObject({ kind: 'erasure', state: 'open', user: user.publicId });
    const revoked = await sql(`SELECT kind, value FROM revocation_event WHERE value = ANY ($1)`, [
      [user.publicId, formatId('session', user.sessionId)],
    ]);
    expect(revoked).toEqual(
      expect.arrayContaining([
        { kind: 'sub', value: user.publicId },
        { kind: 'sid', value: formatId('session', user.sessionId) },
      ]),
    );
    const types = (await factsOf(shop.id)).map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['auth.signed_out', 'user.erasure_requested']);
    const [signedOut] = await factsOf(shop.id);
    expect(signedOut!.payload).toMatchObject({ reason: 'user_deleted' });
  });

  it('check 35: leaves no row of the user, ends with the fact, and counts what it did', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    await newTraces(user, shop.id);
    expect((await rowsOf(user.id)).length).toBeGreaterThan(11);
    const { body } = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    const done = await settled(shop.key, body.id);
    const counts = {
      sessions: 1,
      profile: 1,
      identities: 1,
      'mails that wait': 1,
      'known countries': 1,
      'sign-ins in browsers': 1,
    };
    expect(done.services).toMatchObject([{ service: 'auth', state: 'done', counts }]);
    expect(await rowsOf(user.id)).toEqual([]);
    expect(await sql('SELECT FROM auth_user WHERE id = $1', [user.id])).toEqual([]);
    expect(await sql('SELECT FROM session_trail WHERE session_id = $1', [user.sessionId])).toEqual([]);
    const records = `SELECT FROM oidc_record WHERE grant_id = $1 OR payload ->> 'accountId' = $2`;
    expect(await sql(records, [user.sessionId, user.publicId])).toEqual([]);
    const [anomaly] = await sql(
      `SELECT payload, content FROM event_log WHERE app_id = $1 AND type = 'auth.login_anomaly'`,
      [shop.id],
    );
    expect(anomaly).toMatchObject({ payload: { reasons: [{ code: 'new_country', facts: {} }] }, content: null });
    expect(JSON.stringify(anomaly)).not.toContain('DE');
    const last = (await factsOf(shop.id)).at(-1);
    expect(last).toEqual({
      type: 'user.erased',
      subject: user.publicId,
      payload: { requestId: body.id, userId: user.publicId },
    });
    const [row] = await sql('SELECT user_id, person FROM data_request WHERE id = $1', [
      parseId('dataRequest', body.id),
    ]);
    expect(row).toEqual({ user_id: null, person: user.publicId });
  });

  it('check 35: the receipt verifies, says what was done, and is no token; it is shown without an account', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const { body } = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    await settled(shop.key, body.id);
    const shown = await call<DataReceiptView>('GET', `/v1/receipts/${body.ticket!}`);
    expect(shown).toMatchObject({ status: 200, body: { state: 'done' } });
    expect((await call<DataReceiptView>('GET', `/v1/data-requests/${body.id}/receipt`, shop.key)).body).toEqual(
      shown.body,
    );
    const { receipt, key } = shown.body;
    const keySet = (await (await fetch(new URL('/oauth/jwks', auth.url))).json()) as { keys: JWK[] };
    expect(keySet.keys).toContainEqual(key);
    const { payload, protectedHeader } = await jwtVerify(receipt!, await importJWK(key!, 'ES256'), { issuer: ISSUER });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'erasure-receipt+jwt' });
    expect(payload).toMatchObject({
      jti: body.id,
      sub: user.publicId,
      app: formatId('app', shop.id),
      kind: 'erasure',
      asked_by: 'app',
      services: [{ service: 'auth', counts: { sessions: 1, profile: 1 }, ended_at: expect.any(String) }],
      kept: [],
    });
    expect(JSON.stringify(payload)).not.toContain('example.com');
    const altered = `${receipt!.slice(0, -8)}AAAAAAAA`;
    await expect(jwtVerify(altered, await importJWK(key!, 'ES256'))).rejects.toThrow();
  });

  it('is one request however often it is asked for, also when it is over', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const path = `/v1/users/${user.publicId}`;
    const answers = await Promise.all([1, 2, 3].map(() => call<DataRequestAnswer>('DELETE', path, shop.key)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ body }) => body.ticket !== null)).toHaveLength(1);
    await settled(shop.key, answers[0]!.body.id);
    const again = await call<DataRequestAnswer>('DELETE', path, shop.key);
    expect(again).toMatchObject({ status: 202, body: { id: answers[0]!.body.id, state: 'done', ticket: null } });
  });

  it('is for the user’s own app, its backend, and the operator', async () => {
    const [shop, other] = [await newShop(), await newShop()];
    const user = await newUser(shop.id);
    const path = `/v1/users/${user.publicId}`;
    expect((await call('DELETE', path)).status).toBe(401);
    expect((await call('DELETE', path, other.key)).status).toBe(404);
    expect((await call('DELETE', `/v1/users/${formatId('user', newUuid())}`, shop.key)).status).toBe(404);
    const { body, status } = await call<DataRequestAnswer>('DELETE', path, OPERATOR);
    expect(status).toBe(202);
    expect((await call('GET', `/v1/data-requests/${body.id}`, other.key)).status).toBe(404);
    expect((await call('GET', `/v1/data-requests/${body.id}/receipt`, other.key)).status).toBe(404);
    await settled(OPERATOR, body.id);
  });
});

describe('erasing a user whom only the app knows', () => {
  it('check 35: works for any id, which is in the log at no time', async () => {
    const shop = await newShop();
    const userId = 'ann@example.com';
    const path = `/v1/users/${encodeURIComponent(userId)}`;
    const { body } = await call<DataRequestAnswer>('DELETE', path, shop.key);
    expect(body.user).toMatch(/^erased_/);
    await settled(shop.key, body.id);
    expect(JSON.stringify(await factsOf(shop.id))).not.toContain(userId);
    expect(JSON.stringify(await sql('SELECT * FROM data_request WHERE app_id = $1', [shop.id]))).not.toContain(userId);
    expect(JSON.stringify(await sql('SELECT * FROM auth_audit WHERE app_id = $1', [shop.id]))).not.toContain(userId);
  });

  it('needs to be told the app when the operator asks', async () => {
    const shop = await newShop();
    expect((await call('DELETE', '/v1/users/ann', OPERATOR)).status).toBe(422);
    expect((await call('DELETE', '/v1/users/ann?appId=nonsense', OPERATOR)).status).toBe(422);
    const { status, body } = await call<DataRequestAnswer>(
      'DELETE',
      `/v1/users/ann?appId=${formatId('app', shop.id)}`,
      OPERATOR,
    );
    expect(status).toBe(202);
    await settled(shop.key, body.id);
  });
});

describe('exporting a user', () => {
  const exported = async (shop: Shop, userId: string): Promise<DataRequestAnswer> => {
    const { status, body } = await call<DataRequestAnswer>('POST', `/v1/users/${userId}/exports`, shop.key);
    expect(status).toBe(202);
    await settled(shop.key, body.id);
    return body;
  };

  interface Archive {
    readonly contents: { service: string; section: string; records: number }[];
    readonly services: { auth: Record<'profile' | 'sessions' | 'history', Record<string, unknown>[]> };
  }

  it('puts together what there is, sealed where it lies, with a table of contents and without a secret', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const { id } = await exported(shop, user.publicId);
    const { body } = await call<Archive>('GET', `/v1/data-requests/${id}/archive`, shop.key);
    expect(body.contents).toContainEqual({ service: 'auth', section: 'profile', records: 1 });
    expect(body.services.auth.profile).toMatchObject([
      { name: 'Ann Example', email: `ann-${user.id}@example.com`, hasPassword: true },
    ]);
    expect(body.services.auth.sessions).toMatchObject([{ deviceName: 'Ann’s phone', prefix: '203.0.113.0/24' }]);
    expect(JSON.stringify(body)).not.toContain('argon2');
    const parts = await sql<{ sealed: Buffer }>('SELECT sealed FROM export_part WHERE request_id = $1', [
      parseId('dataRequest', id),
    ]);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.some(({ sealed }) => sealed.includes('Ann'))).toBe(false);
  });

  it('tells what happened in sessions that are forgotten, and an erasure takes places out of it all the same', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    await newTraces(user, shop.id);
    await sql(`UPDATE auth_session SET expires_at = now() - interval '31 days' WHERE id = $1`, [user.sessionId]);
    await sql(PURGE_SESSIONS, [1_000]);
    expect(await sql('SELECT FROM auth_session WHERE id = $1', [user.sessionId])).toEqual([]);
    const { id } = await exported(shop, user.publicId);
    const { body } = await call<Archive>('GET', `/v1/data-requests/${id}/archive`, shop.key);
    expect(body.services.auth.history).toContainEqual(
      expect.objectContaining({ type: 'auth.login_anomaly', data: expect.objectContaining({ country: 'DE' }) }),
    );
    const { body: erasure } = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    await settled(shop.key, erasure.id);
    const [anomaly] = await sql(
      `SELECT payload, content FROM event_log WHERE app_id = $1 AND type = 'auth.login_anomaly'`,
      [shop.id],
    );
    expect(anomaly).toMatchObject({ payload: { reasons: [{ code: 'new_country', facts: {} }] }, content: null });
    expect(JSON.stringify(anomaly)).not.toContain('DE');
  });

  it('finds those facts by an index of them alone', async () => {
    const plan = await postgres.database().transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      const values = [newUuid(), [], 'usr_x', newUuid(), 200];
      return (await tx.query<Record<string, string>>(`EXPLAIN ${COLLECT_HISTORY}`, values)).rows;
    });
    const scans = plan.map((row) => row['QUERY PLAN']!).filter((line) => line.includes('Scan'));
    expect(scans.join('\n')).toMatch(/event_log_default_expr_id_idx/);
    expect(scans.join('\n')).not.toMatch(/Seq Scan|_pkey/);
  });

  it('is downloaded by a link once, and not a second time', async () => {
    const shop = await newShop();
    const { id } = await exported(shop, (await newUser(shop.id)).publicId);
    const { body, status } = await call<{ path: string }>('POST', `/v1/data-requests/${id}/archive-links`, shop.key);
    expect(status).toBe(201);
    const first = await call('GET', body.path);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-disposition')).toContain('attachment');
    expect((await call('GET', body.path)).status).toBe(404);
  });

  it('is thrown away after seven days, and with an erasure', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const [old, young] = [await exported(shop, user.publicId), await exported(shop, user.publicId)];
    const ofOld = parseId('dataRequest', old.id);
    const left = () => sql<{ request_id: Uuid }>('SELECT DISTINCT request_id FROM export_part');
    await sql(`UPDATE data_request SET archive_expires_at = now() - interval '1 s' WHERE id = $1`, [ofOld]);
    await eventually(async () => expect((await left()).map((row) => row.request_id)).not.toContain(ofOld));
    expect((await call('GET', `/v1/data-requests/${old.id}/archive`, shop.key)).status).toBe(409);
    const { body } = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    expect((await call('POST', `/v1/users/${user.publicId}/exports`, shop.key)).status).toBe(409);
    await settled(shop.key, body.id);
    expect((await left()).map((row) => row.request_id)).not.toContain(parseId('dataRequest', young.id));
    expect((await call('GET', `/v1/data-requests/${young.id}/archive`, shop.key)).status).toBe(409);
  });
});

describe('an erasure that overtakes an export', () => {
  const BLOCKED = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const left = async (id: Uuid) => [
    ...(await sql('SELECT part FROM export_part WHERE request_id = $1', [id])),
    ...(await sql(`SELECT service FROM data_request_step WHERE request_id = $1 AND state = 'under_way'`, [id])),
  ];

  /** Exports of this app end with this service's answer, too: one that auth alone answered would be over before the slower began. */
  const waitAlsoFor = async (service: string, appId: Uuid): Promise<void> => {
    await sql(`CREATE FUNCTION wait_also() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.services := NEW.services || '{${service}}'::text[]; RETURN NEW; END $$`);
    await sql(`CREATE TRIGGER wait_also BEFORE INSERT ON data_request FOR EACH ROW
      WHEN (NEW.app_id = '${appId}' AND NEW.kind = 'export') EXECUTE FUNCTION wait_also()`);
  };

  it('ends it: nothing is left of what was collected, also of the slice that was being written', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const notes: Holding = {
      name: 'notes',
      erase: () => Promise.resolve({}),
      async collect(_tx, { userId }, at) {
        if (userId !== user.publicId) return { records: [] };
        if (at === undefined) return { records: [{ note: 'first' }], next: 'second' };
        begun.resolve();
        await mayEnd.promise;
        return { records: [{ note: 'second' }], next: 'third' };
      },
    };
    // Another service, which is slower than auth.
    const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
    const logger = createLogger('notes', 'silent');
    const answers = answerPersonalDataRequests({
      ...{ service: 'notes', database: postgres.database(), envelope, holdings: [notes], logger },
    });
    answers.start();
    try {
      await waitAlsoFor('notes', shop.id);
      const { body } = await call<DataRequestAnswer>('POST', `/v1/users/${user.publicId}/exports`, shop.key);
      const id = parseId('dataRequest', body.id)!;
      await begun.promise;
      expect(await left(id)).not.toEqual([]);
      const erasing = call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
      await eventually(async () => expect(await sql(BLOCKED)).not.toEqual([]));
      mayEnd.resolve();
      const erasure = await erasing;
      expect(erasure.status).toBe(202);
      expect(await left(id)).toEqual([]);
      const shown = await call<DataRequestView>('GET', `/v1/data-requests/${body.id}`, shop.key);
      expect(shown.body).toMatchObject({ state: 'expired', archiveExpiresAt: null });
      await settled(shop.key, erasure.body.id);
      expect(await left(id)).toEqual([]);
    } finally {
      mayEnd.resolve();
      await answers.stop();
    }
  });

  it('leaves no archive for the time of the erasure', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const { body } = await call<DataRequestAnswer>('POST', `/v1/users/${user.publicId}/exports`, shop.key);
    await settled(shop.key, body.id);
    const id = parseId('dataRequest', body.id)!;
    expect(await left(id)).not.toEqual([]);
    const erasure = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    expect(await left(id)).toEqual([]);
    await settled(shop.key, erasure.body.id);
  });
});

describe('the audit', () => {
  interface Trail {
    readonly items: {
      actor: string;
      action: string;
      what: string[];
      requestId: string | null;
      network: string | null;
    }[];
  }
  const trailOf = async (shop: Shop, userId: string) =>
    (await call<Trail>('GET', `/v1/users/${userId}/audit`, shop.key)).body.items;

  it('knows who read, exported, downloaded and erased what of whom, and outlives the user', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    await call('GET', `/v1/users/${user.publicId}`, shop.key);
    await call('GET', `/v1/users/${user.publicId}/sessions`, shop.key);
    const exported = await call<DataRequestAnswer>('POST', `/v1/users/${user.publicId}/exports`, shop.key);
    await settled(shop.key, exported.body.id);
    await call('GET', `/v1/data-requests/${exported.body.id}/archive`, shop.key);
    const erased = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, OPERATOR);
    await settled(shop.key, erased.body.id);
    const trail = await trailOf(shop, user.publicId);
    expect(trail.map(({ actor, action, what }) => [actor, action, what])).toEqual([
      [shop.keyId, 'read', ['audit']],
      ['operator', 'erase', ['auth']],
      [shop.keyId, 'download', expect.arrayContaining(['auth: profile'])],
      [shop.keyId, 'export', ['auth']],
      [shop.keyId, 'read', ['sessions']],
      [shop.keyId, 'read', ['profile']],
    ]);
  });

  it('holds no value, and nobody changes it', async () => {
    const shop = await newShop();
    await call('GET', '/v1/users?email=ann%40example.com', shop.key);
    const rows = await sql<{ person: string }>('SELECT * FROM auth_audit WHERE app_id = $1', [shop.id]);
    expect(rows.map(({ person }) => person)).toEqual(['*']);
    expect(JSON.stringify(rows)).not.toContain('ann');
    for (const statement of [`UPDATE auth_audit SET actor = 'x'`, 'DELETE FROM auth_audit', 'TRUNCATE auth_audit']) {
      await expect(sql(statement)).rejects.toMatchObject({ code: '23001' });
    }
  });

  it('knows whom an address led to, and that it led to nobody', async () => {
    const shop = await newShop();
    const [ann, bob] = [await newUser(shop.id), await newUser(shop.id)];
    const lookUp = (email: string) => call<{ items: unknown[] }>('GET', `/v1/users?email=${email}`, shop.key);
    for (const [email, found] of [
      [`ann-${ann.id}@example.com`, 1],
      ['nobody@example.com', 0],
      ['no address', 0],
    ] as const) {
      expect((await lookUp(email)).body.items).toHaveLength(found);
    }
    expect((await trailOf(shop, ann.publicId)).slice(1)).toMatchObject([
      { actor: shop.keyId, action: 'read', what: ['profile', 'looked up by address'], network: null },
    ]);
    expect((await trailOf(shop, bob.publicId)).slice(1)).toEqual([]);
    const inVain = `SELECT actor, what FROM auth_audit WHERE app_id = $1 AND person = '*'`;
    const none = { actor: shop.keyId, what: ['looked up by address'] };
    expect(await sql(inVain, [shop.id])).toEqual([none, none]);
  });

  it('knows who made the link to an archive, and that it was opened by link: which, when and from which network', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const exported = await call<DataRequestAnswer>('POST', `/v1/users/${user.publicId}/exports`, shop.key);
    const requestId = exported.body.id;
    await settled(shop.key, requestId);
    const link = await call<{ path: string }>('POST', `/v1/data-requests/${requestId}/archive-links`, shop.key);
    expect((await call('GET', link.body.path)).status).toBe(200);
    const at = expect.any(String);
    expect((await trailOf(shop, user.publicId)).slice(1, 3)).toMatchObject([
      { at, actor: 'link', action: 'download', requestId, network: '127.0.0.0/24' },
      { at, actor: shop.keyId, action: 'export', what: ['link to the archive'], requestId, network: null },
    ]);
  });

  it('knows that the operator read it of an id that is the app’s own', async () => {
    const shop = await newShop();
    const path = `/v1/users/customer-7/audit?appId=${formatId('app', shop.id)}`;
    expect((await call('GET', path, OPERATOR)).status).toBe(200);
    expect((await call<Trail>('GET', path, OPERATOR)).body.items).toMatchObject([
      { actor: 'operator', action: 'read', what: ['audit'] },
      { actor: 'operator', action: 'read', what: ['audit'] },
    ]);
  });

  it('knows who only asked how long an answer is', async () => {
    const shop = await newShop();
    const ann = await newUser(shop.id);
    for (const path of [`/v1/users?email=ann-${ann.id}@example.com`, `/v1/users/${ann.publicId}`]) {
      const headers = { authorization: `Bearer ${shop.key}` };
      expect((await fetch(new URL(path, auth.url), { method: 'HEAD', headers })).status).toBe(200);
    }
    expect((await trailOf(shop, ann.publicId)).slice(1)).toMatchObject([
      { actor: shop.keyId, action: 'read', what: ['profile'] },
      { actor: shop.keyId, action: 'read', what: ['profile', 'looked up by address'] },
    ]);
  });

  it('is another app’s business in no case', async () => {
    const [shop, other] = [await newShop(), await newShop()];
    const user = await newUser(shop.id);
    await call('GET', `/v1/users/${user.publicId}`, shop.key);
    expect((await trailOf(other, user.publicId)).filter(({ what }) => what[0] !== 'audit')).toEqual([]);
  });
});

describe('a request that a service does not answer', () => {
  it('check 35: becomes overdue and visible, and never done', async () => {
    const shop = await newShop();
    const user = await newUser(shop.id);
    const { body } = await call<DataRequestAnswer>('DELETE', `/v1/users/${user.publicId}`, shop.key);
    const id = parseId('dataRequest', body.id);
    await settled(shop.key, body.id);
    // As if push had been asked as well, and were not there: the same row, opened again.
    await sql(
      `UPDATE data_request SET state = 'open', user_id = person, ended_at = NULL, services = '{auth,push}', due_at = now() - interval '1 s'
       WHERE id = $1`,
      [id],
    );
    await eventually(async () => {
      const types = (await factsOf(shop.id)).map(({ type }) => type);
      expect(types.at(-1)).toBe('user.data_request_overdue');
    });
    const shown = (await call<DataRequestView>('GET', `/v1/data-requests/${body.id}`, shop.key)).body;
    expect(shown.state).toBe('overdue');
    expect(shown.services).toContainEqual(expect.objectContaining({ service: 'push', state: 'not_answered' }));
    const list = await call<{ items: DataRequestView[] }>('GET', '/v1/data-requests?state=overdue', OPERATOR);
    expect(list.body.items.map((each) => each.id)).toContain(body.id);
    await eventually(async () => {
      const metrics = await (await fetch(new URL('/metrics', auth.url))).text();
      expect(metrics).toMatch(/^data_requests_overdue\{.*kind="erasure".*\} 1$/m);
    });
    // It answers after all.
    await sql(
      `INSERT INTO data_request_step (request_id, service, state, ended_at) VALUES ($1, 'push', 'done', now())`,
      [id],
    );
    await settled(shop.key, body.id);
  });
});
