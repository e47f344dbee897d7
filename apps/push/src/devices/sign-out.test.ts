import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeRevocations } from '@signalbox/access';
import { type DeviceView, formatId, newUuid, type SignOutReason, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { Figures } from '../figures/figures.js';
import { Notices } from '../notices/notices.js';
import { usePushRoutes } from '../push-routes.harness.js';
import { SIGN_IN_NOTICES } from '../sign-in-notices/sign-in-notices.js';
import { DevicesModule } from './devices.module.js';
import { installationLock } from './lock-names.js';
import { signOutDevices } from './sign-out-devices.js';

// Hooks run in the order of their making: who reads the feed leaves before its database is dropped.
let backend: QueueBackend;
afterAll(() => backend.close());
const routes = usePushRoutes((database, envelope, tokens) => [DevicesModule.with(database, envelope, tokens)]);
const logger = createLogger('push', 'silent');
beforeAll(() => {
  backend = openQueueBackend({ databaseUrl: routes.databaseUrl(), prefix: '{sign-out}', logger });
});

interface Body extends DeviceView {
  readonly code: string;
}
interface Session {
  readonly appId: Uuid;
  readonly userId: string;
  readonly sessionId: string;
  readonly token: string;
}

const phone = (token = randomBytes(32).toString('hex')) => ({
  platform: 'ios',
  target: { kind: 'apns', token },
  environment: 'sandbox',
  bundleId: 'com.example.shop',
});
const put = (key: string, installation: string, body: object = phone(), userToken?: string) =>
  routes.call<Body>('PUT', `/v1/devices/${installation}`, key, body, userToken);

async function signIn(appId: Uuid, userId = formatId('user', newUuid())): Promise<Session> {
  const sessionId = formatId('session', newUuid());
  return { appId, userId, sessionId, token: await routes.issuer().userToken(appId, { userId, sessionId }) };
}

const factOf = ({ appId, userId, sessionId }: Session, reason: SignOutReason = 'signed_out') => {
  const data = { userId, sessionId, clientId: 'cli_1', reason };
  return { appId, type: 'auth.signed_out' as const, subject: sessionId, data };
};

/** As auth ends a session. */
const end = (session: Session, reason?: SignOutReason): Promise<void> =>
  routes.database().transaction(async (tx) => {
    await writeRevocations(tx, [{ kind: 'sid', value: session.sessionId }]);
    await append(tx, [factOf(session, reason)]);
  });

const handled = (tx: Sql, session: Session) =>
  signOutDevices(tx, [{ ...factOf(session), id: newUuid(), seq: 1, at: new Date() }]);

describe('a device that a user registered', () => {
  let reader: Notices;
  beforeAll(async () => {
    const database = routes.database();
    const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
    const [cipher, publisher] = [new ContentCipher(database, envelope), new Publisher(backend, logger)];
    const figures = new Figures();
    const parts = { database, cipher, publisher, figures, logger, metrics: createMetrics('push') };
    reader = new Notices(SIGN_IN_NOTICES, parts);
    await reader.register();
    reader.start();
  });
  afterAll(() => reader.stop());

  /** Resolves once push has read all that was written. */
  async function read(): Promise<void> {
    await eventually(async () => {
      const { rowCount } = await routes
        .database()
        .query(
          'SELECT FROM consumer WHERE NOT EXISTS (SELECT FROM event_log WHERE (xid, id) > (cursor_xid, cursor_id))',
        );
      expect(rowCount).toBe(1);
    });
  }

  const deviceOf = async (key: string, installation: string) =>
    (await routes.call<Body>('GET', `/v1/devices/${installation}`, key)).body;
  const told = async (deviceId: string) =>
    (
      await routes
        .database()
        .query(`SELECT payload AS data FROM event_log WHERE type = 'device.signed_out' AND subject = $1`, [deviceId])
    ).rows;

  it('is theirs until the session ends that registered it, and nobody’s from then on', async () => {
    const app = await routes.makeApp();
    const ann = await signIn(app.id);
    const { status, body } = await put(ann.token, 'phone', phone());
    expect([status, body.userId, body.sessionId]).toEqual([201, ann.userId, ann.sessionId]);
    await end(ann, 'not_me');
    await read();
    expect(await deviceOf(app.secret, 'phone')).toMatchObject({
      status: 'active',
      userId: null,
      sessionId: null,
      signedOutAt: expect.any(String),
    });
    expect(await told(body.id)).toEqual([
      { data: { deviceId: body.id, installationId: 'phone', sessionId: ann.sessionId, reason: 'not_me' } },
    ]);
    const listed = await routes.call<{ items: unknown[] }>('GET', `/v1/users/${ann.userId}/devices`, app.secret);
    expect(listed.body.items).toEqual([]);
  });

  it('is theirs again by the next sign-in, and the end of the one before changes nothing, however late', async () => {
    const app = await routes.makeApp();
    const [first, registration] = [await signIn(app.id), phone()];
    await put(first.token, 'phone', registration);
    await end(first, 'superseded');
    await read();
    const second = await signIn(app.id, first.userId);
    const again = await put(second.token, 'phone', registration);
    expect([again.status, again.body.sessionId]).toEqual([200, second.sessionId]);
    expect(again.body).not.toHaveProperty('signedOutAt');
    const third = await signIn(app.id, first.userId);
    await put(third.token, 'phone', registration);
    await end(second, 'superseded');
    await read();
    expect(await deviceOf(app.secret, 'phone')).toMatchObject({ userId: first.userId, sessionId: third.sessionId });
  });

  it('is somebody else’s once they register it, and the end of the first one’s session leaves it alone', async () => {
    const app = await routes.makeApp();
    const [ann, bob, registration] = [await signIn(app.id), await signIn(app.id), phone()];
    await put(ann.token, 'phone', registration);
    await put(bob.token, 'phone', registration);
    await end(ann);
    await read();
    expect(await deviceOf(app.secret, 'phone')).toMatchObject({ userId: bob.userId, sessionId: bob.sessionId });
  });

  it('is bound to the session beside a publishable key too, and to none by a key that vouches for its user', async () => {
    const app = await routes.makeApp();
    const ann = await signIn(app.id);
    const named = (): object => ({ ...phone(), userId: ann.userId });
    const beside = await put(app.publishable, 'beside', named(), ann.token);
    const byKey = await put(app.secret, 'by-key', named());
    expect([beside.body.sessionId, byKey.body.sessionId]).toEqual([ann.sessionId, null]);
    await end(ann);
    await read();
    expect((await deviceOf(app.secret, 'beside')).userId).toBeNull();
    expect((await deviceOf(app.secret, 'by-key')).userId).toBe(ann.userId);
  });

  it('is left alone by a session of the same name of another app', async () => {
    const [app, other] = [await routes.makeApp(), await routes.makeApp()];
    const ann = await signIn(app.id);
    await put(ann.token, 'phone');
    await append(routes.database(), [factOf({ ...ann, appId: other.id })]);
    await read();
    expect((await deviceOf(app.secret, 'phone')).userId).toBe(ann.userId);
  });

  it('does not come back to its user when what a provider ended is undone', async () => {
    const app = await routes.makeApp();
    const ann = await signIn(app.id);
    await put(ann.token, 'phone');
    await routes
      .database()
      .query(
        `UPDATE device SET status = 'deleted', status_by = 'provider', status_reason = 'Unregistered' WHERE app_id = $1`,
        [app.id],
      );
    await end(ann);
    await read();
    await routes.call('POST', '/v1/devices/phone/restore', app.secret);
    expect(await deviceOf(app.secret, 'phone')).toMatchObject({ status: 'active', userId: null });
  });
});

describe('a session that ends while its token registers a device', () => {
  /** Resolves once so many wait for an advisory lock or a row. */
  const waiting = (count: number) =>
    eventually(async () => {
      const { rowCount } = await routes
        .database()
        .query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
      expect(rowCount).toBe(count);
    });

  it('and whose end was read before: the device is not bound, and the token is refused as it is from then on', async () => {
    const app = await routes.makeApp();
    const ann = await signIn(app.id);
    const { database } = routes;
    const held = await database().transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [installationLock(app.id, 'phone')]);
      const [own, beside] = [
        put(ann.token, 'phone'),
        put(app.publishable, 'phone', { ...phone(), userId: ann.userId }, ann.token),
      ];
      await waiting(2);
      await end(ann);
      await database().transaction((other) => handled(other, ann));
      return [own, beside];
    });
    const [own, beside] = await Promise.all(held);
    expect([own!.status, own!.body.code]).toEqual([401, 'invalid_token']);
    expect([beside!.status, beside!.body.code]).toEqual([403, 'user_token_refused']);
    expect((await database().query('SELECT FROM device WHERE app_id = $1', [app.id])).rowCount).toBe(0);
  });

  it('and whose end is read meanwhile: that waits for the registration, and undoes it', async () => {
    const app = await routes.makeApp();
    const [ann, registration] = [await signIn(app.id), phone()];
    const { body } = await put(app.secret, 'phone', registration);
    const { database } = routes;
    const [registered, ended] = await database()
      .transaction(async (tx) => {
        await tx.query('SELECT FROM device WHERE installation_id = $1 AND app_id = $2 FOR UPDATE', ['phone', app.id]);
        const registering = put(ann.token, 'phone', registration);
        await waiting(1);
        await end(ann);
        const ending = database().transaction((other) => handled(other, ann));
        await waiting(2);
        return [registering, ending] as const;
      })
      .then((both) => Promise.all(both));
    expect([registered.status, registered.body.userId, ended]).toEqual([200, ann.userId, undefined]);
    const { rows } = await database().query('SELECT user_id, signed_out_user_id FROM device WHERE app_id = $1', [
      app.id,
    ]);
    expect(rows).toEqual([{ user_id: null, signed_out_user_id: ann.userId }]);
    expect(body.userId).toBeNull();
  });
});
