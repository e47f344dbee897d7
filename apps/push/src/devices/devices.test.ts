import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type DeviceView, formatId, newUuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { SignJWT } from 'jose';
import { type Answer as AnswerWith, type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { DevicesModule } from './devices.module.js';

const routes = usePushRoutes((database, envelope, tokens) => [DevicesModule.with(database, envelope, tokens)]);
const { makeApp, makeKey, logLines } = routes;

/** Every member that some answer has: what is there is for expectations to judge. */
interface Body extends DeviceView {
  readonly items: DeviceView[];
  readonly next: string | null;
  readonly code: string;
  readonly errors: { readonly pointer: string }[];
}

type Answer = AnswerWith<Body>;

const call = (method: string, path: string, key: string | undefined, body?: unknown, userToken?: string) =>
  routes.call<Body>(method, path, key, body, userToken);
const put = (key: string, installation: string, body: unknown, userToken?: string): Promise<Answer> =>
  call('PUT', `/v1/devices/${installation}`, key, body, userToken);

const newToken = (): string => randomBytes(32).toString('hex');
const iphone = (token = newToken(), more: object = {}) => ({
  platform: 'ios',
  target: { kind: 'apns', token },
  environment: 'sandbox',
  bundleId: 'com.example.shop',
  ...more,
});

interface Row {
  readonly status: string;
  readonly status_reason: string | null;
  readonly target: string;
  readonly user_id: string | null;
  readonly registered_at: Date;
  readonly last_seen_at: Date;
}

async function rowOf(app: TestApp, installation: string): Promise<Row> {
  const sql = 'SELECT * FROM device WHERE app_id = $1 AND installation_id = $2';
  return (await routes.database().query<Row>(sql, [app.id, installation])).rows[0]!;
}

async function eventsOf(app: TestApp): Promise<string[]> {
  const sql = `SELECT type, payload ->> 'installationId' AS installation, payload ->> 'reason' AS reason
    FROM event_log WHERE app_id = $1 ORDER BY xid, id`;
  const { rows } = await routes
    .database()
    .query<{ type: string; installation: string; reason: string | null }>(sql, [app.id]);
  return rows.map(({ type, installation, reason }) =>
    [type, installation, reason].filter((part) => part !== null).join(' '),
  );
}

type Work = () => Promise<Answer>;

/** Takes a lock, starts the works one after another until each of them waits for it, and then lets them all go. */
async function heldBackBy(lock: string, params: readonly unknown[], works: readonly Work[]): Promise<Answer[]> {
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  const { running } = await routes.database().transaction(async (tx) => {
    await tx.query(lock, params);
    const started: Promise<Answer>[] = [];
    for (const work of works) {
      started.push(work());
      await eventually(async () => (await routes.database().query(waiting)).rowCount === started.length);
    }
    return { running: started };
  });
  return Promise.all(running);
}

const fromOneStartLine = (works: readonly Work[]): Promise<Answer[]> => heldBackBy('LOCK TABLE device', [], works);

describe('registering a device', () => {
  it('answers 201 with the device, and never with its whole token', async () => {
    const app = await makeApp();
    const token = newToken();
    const more = { userId: 'u1', locale: 'de-CH', timeZone: 'Europe/Zurich', appVersion: '1.2.3' };
    const { status, body, text } = await put(app.secret, 'phone-1', iphone(token.toUpperCase(), more));
    expect(status).toBe(201);
    expect(body).toEqual({
      sessionId: null,
      id: expect.stringMatching(/^dev_/),
      installationId: 'phone-1',
      platform: 'ios',
      environment: 'sandbox',
      bundleId: 'com.example.shop',
      ...more,
      target: { kind: 'apns', endsWith: token.slice(-8) },
      status: 'active',
      statusAt: body.registeredAt,
      registeredAt: expect.any(String),
      lastSeenAt: body.registeredAt,
    });
    expect(text).not.toContain(token);
    expect(await rowOf(app, 'phone-1')).toMatchObject({ target: token });
    expect(await eventsOf(app)).toEqual(['device.registered phone-1']);
  });

  it('again with nothing new is a heartbeat: seen, but no event and no new registration', async () => {
    const app = await makeApp();
    const body = iphone();
    const first = await put(app.secret, 'p', body);
    const second = await put(app.secret, 'p', body);
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...first.body, lastSeenAt: expect.any(String) });
    expect(Date.parse(second.body.lastSeenAt)).toBeGreaterThan(Date.parse(first.body.lastSeenAt));
    expect(await eventsOf(app)).toHaveLength(1);
  });

  it('with another language tells an event, but keeps the time its target was registered', async () => {
    const app = await makeApp();
    const token = newToken();
    const first = await put(app.secret, 'p', iphone(token));
    const second = await put(app.secret, 'p', iphone(token, { locale: 'fr' }));
    expect(second.body).toMatchObject({ id: first.body.id, locale: 'fr', registeredAt: first.body.registeredAt });
    expect(await eventsOf(app)).toHaveLength(2);
  });

  it('with another target, or after suspicion, begins a new registration', async () => {
    const app = await makeApp();
    const token = newToken();
    const first = await put(app.secret, 'p', iphone());
    const moved = await put(app.secret, 'p', iphone(token));
    expect(Date.parse(moved.body.registeredAt)).toBeGreaterThan(Date.parse(first.body.registeredAt));
    await routes
      .database()
      .query("UPDATE device SET status = 'suspect', status_reason = 'BadDeviceToken' WHERE app_id = $1", [app.id]);
    const healed = await put(app.secret, 'p', iphone(token));
    expect(healed.body).toMatchObject({ id: first.body.id, status: 'active' });
    expect(Date.parse(healed.body.registeredAt)).toBeGreaterThan(Date.parse(moved.body.registeredAt));
    expect(await rowOf(app, 'p')).toMatchObject({ status: 'active', status_reason: null });
  });

  it('whose token belongs to another installation ends that one: a re-installed app gets no push twice', async () => {
    const app = await makeApp();
    const token = newToken();
    await put(app.secret, 'old', iphone(token));
    await put(app.secret, 'new', iphone(token));
    expect(await rowOf(app, 'old')).toMatchObject({ status: 'deleted', status_reason: 'target_moved' });
    expect(await rowOf(app, 'new')).toMatchObject({ status: 'active' });
    // The two facts of one transaction are about different devices, so their order means nothing.
    expect((await eventsOf(app)).sort()).toEqual([
      'device.registered new',
      'device.registered old',
      'device.removed old target_moved',
    ]);
  });

  it('leaves the same token in another app alone', async () => {
    const [mine, foreign] = [await makeApp(), await makeApp()];
    const token = newToken();
    await put(foreign.secret, 'p', iphone(token));
    await put(mine.secret, 'p', iphone(token));
    expect(await rowOf(foreign, 'p')).toMatchObject({ status: 'active' });
  });

  it('twice at the same time makes one row, and creates it once', async () => {
    const app = await makeApp();
    for (const installation of ['p1', 'p2', 'p3']) {
      const answers = await fromOneStartLine([1, 2, 3, 4].map(() => () => put(app.secret, installation, iphone())));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    }
    const { rows } = await routes.database().query('SELECT 1 FROM device WHERE app_id = $1', [app.id]);
    expect(rows).toHaveLength(3);
  });

  it('with one token from several installations at the same time leaves one of them active', async () => {
    const app = await makeApp();
    const token = newToken();
    const answers = await fromOneStartLine(
      [1, 2, 3, 4].map((phone) => () => put(app.secret, `p${phone}`, iphone(token))),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const sql = "SELECT 1 FROM device WHERE app_id = $1 AND status = 'active'";
    expect((await routes.database().query(sql, [app.id])).rows).toHaveLength(1);
  });

  it('survives two phones that swap their tokens: both lock both rows, in one order', async () => {
    const app = await makeApp();
    const [left, right] = [newToken(), newToken()];
    await put(app.secret, 'a', iphone(left));
    await put(app.secret, 'b', iphone(right));
    const row = 'SELECT 1 FROM device WHERE app_id = $1 AND installation_id = $2 FOR UPDATE';
    const answers = await heldBackBy(
      row,
      [app.id, 'a'],
      [() => put(app.secret, 'b', iphone(left)), () => put(app.secret, 'a', iphone(right))],
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect([await rowOf(app, 'a'), await rowOf(app, 'b')]).toMatchObject([
      { status: 'active', target: right },
      { status: 'active', target: left },
    ]);
  });

  it.each([
    ['an odd token', iphone('a'.repeat(65)), '/target/token'],
    ['a short token', iphone('ab'), '/target/token'],
    ['a token that is not hexadecimal', iphone('x'.repeat(64)), '/target/token'],
    ['an unknown target', iphone(newToken(), { target: { kind: 'pigeon', token: 'x' } }), '/target/kind'],
    ['apns without environment', { ...iphone(), environment: undefined }, '/environment'],
    ['apns without bundle id', { ...iphone(), bundleId: undefined }, '/bundleId'],
    ['apns on android', iphone(newToken(), { platform: 'android' }), '/platform'],
    ['a time zone that does not exist', iphone(newToken(), { timeZone: 'Mars/Olympus' }), '/timeZone'],
    ['an offset for a time zone', iphone(newToken(), { timeZone: '+02:00' }), '/timeZone'],
    ['a locale that is none', iphone(newToken(), { locale: 'not_a_locale!' }), '/locale'],
    ['an unknown field', iphone(newToken(), { colour: 'red' }), '/colour'],
    ['an empty user', iphone(newToken(), { userId: '' }), '/userId'],
  ])('refuses %s and names the field', async (_what, body, pointer) => {
    const app = await makeApp();
    const answer = await put(app.secret, 'p', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
    expect(await rowOf(app, 'p')).toBeUndefined();
  });

  it.each(['a b', 'ü', 'x'.repeat(129), 'a%2Fb'])('refuses the installation id %s', async (installation) => {
    const { secret } = await makeApp();
    expect((await put(secret, encodeURI(installation).replace('%252F', '%2F'), iphone())).status).toBe(422);
  });

  it('takes FCM targets, which need neither environment nor bundle id', async () => {
    const app = await makeApp();
    const token = `c${'x'.repeat(20)}:APA91b-${'y'.repeat(120)}`;
    const answer = await put(app.secret, 'p', { platform: 'android', target: { kind: 'fcm_token', token } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ target: { kind: 'fcm_token' }, environment: 'production', bundleId: null });
  });
});

describe('a registration whose event cannot be written', () => {
  it('is not made, and the device that held the token keeps it', async () => {
    const app = await makeApp();
    const token = newToken();
    await put(app.secret, 'old', iphone(token));
    await routes.database().query('ALTER TABLE event_log RENAME TO event_log_away');
    const answer = await put(app.secret, 'new', iphone(token));
    await routes.database().query('ALTER TABLE event_log_away RENAME TO event_log');
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await rowOf(app, 'new')).toBeUndefined();
    expect(await rowOf(app, 'old')).toMatchObject({ status: 'active' });
  });
});

describe('a registration whose commit fails', () => {
  it('tells no event', async () => {
    const app = await makeApp();
    const database = routes.database();
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$no$$; END'`,
    );
    await database.query(`CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON device DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const { status } = await put(app.secret, 'p', iphone());
    await database.query('DROP FUNCTION refuse CASCADE');
    expect(status).toBeGreaterThanOrEqual(500);
    expect(await eventsOf(app)).toEqual([]);
  });
});

describe('who may register', () => {
  const userToken = (
    app: TestApp,
    claims: { sub?: string; exp?: number | string },
    secret = app.userTokenSecret,
    alg = 'HS256',
  ) => {
    const jwt = new SignJWT(claims.sub === undefined ? {} : { sub: claims.sub }).setProtectedHeader({ alg });
    return (claims.exp === undefined ? jwt : jwt.setExpirationTime(claims.exp)).sign(new TextEncoder().encode(secret));
  };

  it('nobody without a key, nor a secret key without devices:write', async () => {
    const { id } = await makeApp();
    expect((await call('PUT', '/v1/devices/p', undefined, iphone())).status).toBe(401);
    const reader = await makeKey(id, 'secret', ['devices:read']);
    expect((await put(reader, 'p', iphone())).status).toBe(403);
    expect((await call('DELETE', '/v1/devices/p', reader)).status).toBe(403);
  });

  it('a publishable key: its phone, but no user without the token of that user', async () => {
    const app = await makeApp();
    expect((await put(app.publishable, 'p', iphone())).status).toBe(201);
    const named = await put(app.publishable, 'p', iphone(newToken(), { userId: 'u1' }));
    expect(named.status).toBe(403);
    expect(named.body.code).toBe('user_token_required');
    const other = await put(
      app.publishable,
      'p',
      iphone(newToken(), { userId: 'u1' }),
      await userToken(app, { sub: 'u2', exp: '1h' }),
    );
    expect(other.body.code).toBe('user_token_mismatch');
    const proven = await put(
      app.publishable,
      'p',
      iphone(newToken(), { userId: 'u1' }),
      await userToken(app, { sub: 'u1', exp: '1h' }),
    );
    expect(proven.status).toBe(200);
    expect(proven.body.userId).toBe('u1');
  });

  it("a publishable key cannot point a user's installation at another target and keep the user", async () => {
    const app = await makeApp();
    await put(app.secret, 'p', iphone(newToken(), { userId: 'u1' }));
    await put(app.publishable, 'p', iphone());
    expect(await rowOf(app, 'p')).toMatchObject({ user_id: null });
  });

  it.each([
    ['that has expired', { sub: 'u1', exp: '-5m' }, undefined, /expired/],
    ['without exp', { sub: 'u1' }, undefined, /exp/],
    ['that lives longer than 24 hours', { sub: 'u1', exp: '30h' }, undefined, /24 hours/],
    ['without a subject', { exp: '1h' }, undefined, /sub/],
    ['signed with another secret', { sub: 'u1', exp: '1h' }, 'x'.repeat(64), /signature/],
  ])('refuses a user token %s', async (_what, claims, secret, reason) => {
    const app = await makeApp();
    const answer = await put(
      app.publishable,
      'p',
      iphone(newToken(), { userId: 'u1' }),
      await userToken(app, claims, secret),
    );
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'user_token_refused', detail: expect.stringMatching(reason) });
  });

  it('refuses a user token that chose its own algorithm, or none', async () => {
    const app = await makeApp();
    const body = iphone(newToken(), { userId: 'u1' });
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const unsigned = `${encode({ alg: 'none' })}.${encode({ sub: 'u1', exp: Math.floor(Date.now() / 1_000) + 60 })}.`;
    for (const token of [
      unsigned,
      await userToken(app, { sub: 'u1', exp: '1h' }, app.userTokenSecret, 'HS512'),
      'x',
      'a.b.c',
    ]) {
      const answer = await put(app.publishable, 'p', body, token);
      expect([answer.status, answer.body.code]).toEqual([403, 'user_token_refused']);
    }
  });

  it("a key's user token secret is worth nothing in another app", async () => {
    const [mine, foreign] = [await makeApp(), await makeApp()];
    const token = await userToken(foreign, { sub: 'u1', exp: '1h' });
    expect((await put(mine.publishable, 'p', iphone(newToken(), { userId: 'u1' }), token)).status).toBe(403);
  });
});

describe('removing a device', () => {
  it('keeps the row, tells one event however often it is asked, and can be undone by registering', async () => {
    const app = await makeApp();
    const body = iphone();
    const { body: device } = await put(app.secret, 'p', body);
    expect((await call('DELETE', '/v1/devices/p', app.publishable)).status).toBe(204);
    expect((await call('DELETE', '/v1/devices/p', app.secret)).status).toBe(204);
    expect(await rowOf(app, 'p')).toMatchObject({ status: 'deleted', status_reason: 'requested' });
    const again = await put(app.secret, 'p', body);
    expect(again.body).toMatchObject({ id: device.id, status: 'active' });
    expect(await eventsOf(app)).toEqual(['device.registered p', 'device.removed p requested', 'device.registered p']);
  });

  it('of another app, or one never seen, answers 404', async () => {
    const [mine, foreign] = [await makeApp(), await makeApp()];
    await put(foreign.secret, 'p', iphone());
    expect((await call('DELETE', '/v1/devices/p', mine.secret)).status).toBe(404);
    expect(await rowOf(foreign, 'p')).toMatchObject({ status: 'active' });
  });
});

describe("a user's devices", () => {
  it('are listed page by page without those removed, those of others, and whole tokens', async () => {
    const [app, foreign] = [await makeApp(), await makeApp()];
    const tokens = [newToken(), newToken(), newToken()];
    for (const [index, token] of tokens.entries())
      await put(app.secret, `p${index}`, iphone(token, { userId: 'a/b ü' }));
    await put(app.secret, 'else', iphone(newToken(), { userId: 'u2' }));
    await put(foreign.secret, 'p', iphone(newToken(), { userId: 'a/b ü' }));
    await call('DELETE', '/v1/devices/p1', app.secret);
    const path = `/v1/users/${encodeURIComponent('a/b ü')}/devices?limit=1`;
    const first = await call('GET', path, app.secret);
    const second = await call('GET', `${path}&after=${first.body.next}`, app.secret);
    expect([...first.body.items, ...second.body.items].map((device) => device.installationId)).toEqual(['p0', 'p2']);
    expect(second.body.next).toBeNull();
    for (const token of tokens) expect(first.text + second.text).not.toContain(token);
  });

  it('are listed by their status, or all of them', async () => {
    const app = await makeApp();
    for (const installation of ['a', 'b', 'c', 'd'])
      await put(app.secret, installation, iphone(newToken(), { userId: 'u' }));
    await call('DELETE', '/v1/devices/b', app.secret);
    await routes
      .database()
      .query(`UPDATE device SET status = 'suspect' WHERE app_id = $1 AND installation_id = 'c'`, [app.id]);
    const list = async (query: string) =>
      (await call('GET', `/v1/users/u/devices${query}`, app.secret)).body.items.map((each) => each.installationId);
    expect(await list('')).toEqual(['a', 'd']);
    expect(await list('?status=active')).toEqual(['a', 'd']);
    expect(await list('?status=suspect')).toEqual(['c']);
    expect(await list('?status=deleted')).toEqual(['b']);
    expect(await list('?status=all')).toEqual(['a', 'b', 'c', 'd']);
    const first = await call('GET', '/v1/users/u/devices?status=all&limit=3', app.secret);
    expect(await list(`?status=all&limit=3&after=${first.body.next}`)).toEqual(['d']);
    const odd = await call('GET', '/v1/users/u/devices?status=gone', app.secret);
    expect(odd).toMatchObject({ status: 422, body: { errors: [{ pointer: '/status' }] } });
  });

  it('are for keys with devices:read only', async () => {
    const app = await makeApp();
    expect((await call('GET', '/v1/users/u1/devices', app.publishable)).status).toBe(403);
    expect((await call('GET', '/v1/users/u1/devices', undefined)).status).toBe(401);
    expect((await call('GET', '/v1/users/nobody/devices', app.secret)).body).toEqual({ items: [], next: null });
    expect((await call('GET', `/v1/users/u1/devices?after=${formatId('key', newUuid())}`, app.secret)).status).toBe(
      200,
    );
  });
});

describe('reading a device', () => {
  const read = (app: TestApp, installation: string) => call('GET', `/v1/devices/${installation}`, app.secret);
  const end = (app: TestApp, columns: string) =>
    routes.database().query(`UPDATE device SET ${columns} WHERE app_id = $1`, [app.id]);

  it('shows an active one as registering it did', async () => {
    const app = await makeApp();
    const { body } = await put(app.secret, 'p', iphone());
    expect(await read(app, 'p')).toMatchObject({ status: 200, body });
  });

  it.each([
    ['sandbox', 'production'],
    ['production', 'sandbox'],
  ])('says of a bad token registered for %s that it is most probably of %s', async (registered, other) => {
    const app = await makeApp();
    await put(app.secret, 'p', iphone(newToken(), { environment: registered }));
    await end(app, `status = 'suspect', status_reason = 'BadDeviceToken', status_by = 'provider', status_at = now()`);
    const { body } = await read(app, 'p');
    expect(body).toMatchObject({ status: 'suspect', statusReason: 'BadDeviceToken', statusBy: 'provider' });
    expect(Date.parse(body.statusAt!)).toBeGreaterThan(Date.parse(body.registeredAt));
    expect(body.hint).toContain(`Register the device with "environment": "${other}"`);
  });

  it.each([
    ['DeviceTokenNotForTopic', 'provider', 'com.example.shop'],
    ['BadEnvironmentKeyInToken', 'provider', "Apple's sandbox"],
    ['confirmed: DeviceTokenNotForTopic', 'provider', 'com.example.shop'],
    ['held: Unregistered', 'guard', 'an operator decides'],
    ['requested', 'caller', 'Registering it'],
    ['target_moved', 'moved', 'Another installation'],
  ])('says what "%s" means', async (reason, by, sentence) => {
    const app = await makeApp();
    await put(app.secret, 'p', iphone());
    await end(app, `status = 'suspect', status_reason = '${reason}', status_by = '${by}'`);
    expect((await read(app, 'p')).body.hint).toContain(sentence);
  });

  it('of FCM has the hints of FCM, and a reason that is not known has none', async () => {
    const app = await makeApp();
    await put(app.secret, 'p', { platform: 'android', target: { kind: 'fid', token: 'f'.repeat(22) } });
    await end(app, `status = 'suspect', status_reason = 'SENDER_ID_MISMATCH', status_by = 'provider'`);
    expect((await read(app, 'p')).body.hint).toContain('another Firebase project');
    await end(app, `status_reason = 'SOMETHING_NEW'`);
    const { body } = await read(app, 'p');
    expect([body.statusReason, body.hint]).toEqual(['SOMETHING_NEW', undefined]);
  });

  it('is for keys with devices:read, and of another app, or one never seen, answers 404', async () => {
    const [mine, foreign] = [await makeApp(), await makeApp()];
    await put(foreign.secret, 'p', iphone());
    expect((await read(mine, 'p')).status).toBe(404);
    expect((await call('GET', '/v1/devices/p', foreign.publishable)).status).toBe(403);
    expect((await call('GET', '/v1/devices/p', undefined)).status).toBe(401);
    expect((await call('GET', '/v1/devices/a%20b', mine.secret)).status).toBe(422);
  });
});

describe('the log', () => {
  it('never has a device token or a user token secret in it', async () => {
    const app = await makeApp();
    const token = newToken();
    await put(app.publishable, 'p', iphone(token, { userId: 'u1' }), 'bad.user.token');
    await put(app.secret, 'p', iphone(token));
    const { rows } = await routes.database().query('SELECT payload FROM event_log');
    expect(logLines.join('\n') + JSON.stringify(rows)).not.toMatch(
      new RegExp(`${token}|${app.userTokenSecret}|bad\\.user\\.token`),
    );
  });
});
