import { createECDH, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type DeviceView, type WebPushPublicKey } from '@signalbox/contracts';
import { type Envelope, newVapidKeys, saveCredential } from '@signalbox/credentials';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { ReceiptsModule } from '../receipts/receipts.module.js';
import { WebPushModule } from './webpush.module.js';

let envelope: Envelope;
const routes = usePushRoutes((database, sealing, tokens) => {
  envelope = sealing;
  return [
    DevicesModule.with(database, sealing, tokens),
    WebPushModule.with(database),
    AudiencesModule.with(database),
    PolicyModule.with(database, sealing, tokens),
    ReceiptsModule.with(database, sealing, tokens),
  ];
});

type Body = DeviceView & WebPushPublicKey & { code: string; errors: { pointer: string; reason: string }[] };

const text = (bytes: number): string => randomBytes(bytes).toString('base64url');
const keys = () => ({ p256dh: createECDH('prime256v1').generateKeys('base64url'), auth: text(16) });
const browser = (endpoint = `https://fcm.googleapis.com/fcm/send/${text(32)}`, change: object = {}) => ({
  platform: 'web',
  target: { kind: 'webpush', endpoint, ...keys(), ...change },
});
const put = (key: string, installation: string, body: object) =>
  routes.call<Body>('PUT', `/v1/devices/${installation}`, key, body);
const rowsOf = async (app: TestApp) => {
  const sql = `SELECT installation_id AS installation, status, target_keys AS keys FROM device WHERE app_id = $1 ORDER BY 1`;
  return (await routes.database().query<{ installation: string; status: string; keys: unknown }>(sql, [app.id])).rows;
};

describe('a browser', () => {
  it('is registered with what its subscription says, and its keys are told to nobody', async () => {
    const app = await routes.makeApp();
    const body = browser();
    const { status, body: device, text: said } = await put(app.publishable, 'laptop', body);
    expect(status).toBe(201);
    expect(device).toMatchObject({
      platform: 'web',
      target: { kind: 'webpush', endsWith: body.target.endpoint.slice(-8) },
    });
    expect(said).not.toContain(body.target.auth);
    expect((await put(app.publishable, 'laptop', body)).status).toBe(200);
    const { p256dh, auth } = body.target;
    expect(await rowsOf(app)).toEqual([{ installation: 'laptop', status: 'active', keys: { p256dh, auth } }]);
    expect(await told(app)).toBe(1);
  });

  it('that subscribes again has new keys, and a subscription belongs to one installation', async () => {
    const app = await routes.makeApp();
    const [first, second] = [browser(), browser()];
    await put(app.secret, 'a', first);
    await put(app.secret, 'a', second);
    expect((await put(app.secret, 'b', second)).status).toBe(201);
    expect((await rowsOf(app)).map(({ status }) => status)).toEqual(['deleted', 'active']);
    await put(app.secret, 'b', { ...second, target: { ...second.target, ...keys() } });
    expect(await told(app)).toBe(4);
  });

  it.each([
    ['an endpoint over http', browser('http://push.example/1'), '/target/endpoint'],
    ['an endpoint that is no URL', browser('push'), '/target/endpoint'],
    ['an endpoint with a password', browser('https://a:b@push.example/1'), '/target/endpoint'],
    ['an endpoint of another world', browser(`https://push.example/${'x'.repeat(2_048)}`), '/target/endpoint'],
    ['an endpoint at a mail server', browser('https://push.example:25/1'), '/target/endpoint'],
    ['a key that is no point of the curve', browser(undefined, { p256dh: text(65) }), '/target/p256dh'],
    ['a key that is too short', browser(undefined, { auth: text(15) }), '/target/auth'],
    ['a browser that says it is a phone', { ...browser(), platform: 'ios' }, '/platform'],
    ['a token', { platform: 'web', target: { kind: 'webpush', token: text(40) } }, '/target/endpoint'],
  ])('is refused with %s', async (_what, body, pointer) => {
    const app = await routes.makeApp();
    const answer = await put(app.secret, 'x', body);
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, pointer]);
    expect(await rowsOf(app)).toEqual([]);
  });

  it.each(['https://127.0.0.1/1', 'https://169.254.169.254/latest', 'https://2130706433/1', 'https://intranet/1'])(
    'of a live app cannot lead us into our own network: %s',
    async (endpoint) => {
      const app = await routes.makeApp();
      await routes.database().query("UPDATE app SET mode = 'live' WHERE id = $1", [app.id]);
      const answer = await put(app.publishable, 'x', browser(endpoint));
      expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/target/endpoint']);
    },
  );

  it.each([
    ['PUT', '/v1/devices/laptop'],
    ['GET', '/v1/devices/laptop/topics'],
    ['PUT', '/v1/devices/laptop/topics/news'],
    ['DELETE', '/v1/devices/laptop/topics/news'],
    ['GET', '/v1/me/preferences'],
    ['PUT', '/v1/me/preferences'],
    ['POST', '/v1/receipts'],
    ['GET', '/v1/webpush/public-key'],
  ])('lets a page of any origin call %s %s', async (method, path) => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': method };
    const answer = await fetch(new URL(path, routes.url()), { method: 'OPTIONS', headers });
    expect(answer.headers.get('access-control-allow-methods')).toContain(method);
  });

  it('of a test app may be of the sandbox', async () => {
    const app = await routes.makeApp();
    expect((await put(app.publishable, 'x', browser('https://127.0.0.1:4017/push/1'))).status).toBe(201);
  });
});

describe('the key that pages subscribe with', () => {
  const publicKey = (key: string | undefined) => routes.call<Body>('GET', '/v1/webpush/public-key', key);

  it('is told to phones and backends of the app, and follows its credential', async () => {
    const [app, other] = [await routes.makeApp(), await routes.makeApp()];
    const secret = { subject: 'mailto:ops@example.com', ...newVapidKeys() };
    const save = (change = {}) =>
      saveCredential(routes.database(), envelope, {
        appId: app.id,
        provider: 'webpush',
        secret: { ...secret, ...change },
      });
    await save();
    for (const key of [app.publishable, app.secret]) {
      const { status, body } = await publicKey(key);
      expect([status, body]).toEqual([200, { publicKey: secret.publicKey }]);
    }
    const rotated = newVapidKeys();
    await save(rotated);
    expect((await publicKey(app.publishable)).body).toEqual({ publicKey: rotated.publicKey });
    expect((await publicKey(other.publishable)).status).toBe(404);
    expect((await publicKey(undefined)).status).toBe(401);
  });
});

/** How often a registration was told. */
async function told(app: TestApp): Promise<number> {
  const sql = "SELECT count(*)::int AS count FROM event_log WHERE app_id = $1 AND type = 'device.registered'";
  return (await routes.database().query<{ count: number }>(sql, [app.id])).rows[0]!.count;
}
