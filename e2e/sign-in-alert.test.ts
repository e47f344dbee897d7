import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, parseId, type SignOutReason, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type ReceivedPush, type Stack, startStack } from './stack.js';

/** Unusual sign-ins as auth writes them down, told by push to a phone at the sandbox's Apple, and answered from there. */
describe('a sign-in that is unusual', () => {
  // Hooks run in the order of their making: the processes leave before their database is dropped.
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  const phone = goodToken();
  const userId = newUuid();
  const user = formatId('user', userId);
  let appId: Uuid;

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    appId = parseId('app', stack.app.id)!;
    await postgres
      .database()
      .query(`INSERT INTO auth_user (id, app_id, password_hash) VALUES ($1, $2, 'x')`, [userId, appId]);
    await stack.registerDevice(stack.app, { installation: 'phone', user, token: phone });
  }, 60_000);

  /** A session on a device that is new to the user, begun as auth begins it. @returns the public ids. */
  async function intrude(): Promise<{ session: string; notice: string }> {
    const [sessionId, alertId] = [newUuid(), newUuid()];
    const [session, notice] = [formatId('session', sessionId), formatId('signInAlert', alertId)];
    const token = randomBytes(32).toString('base64url');
    await postgres.database().transaction(async (tx) => {
      await tx.query(
        `INSERT INTO auth_session (id, app_id, user_id, client_id, device_name, auth_time, acr, amr, activated_at, expires_at)
         VALUES ($1, $2, $3, 'cli', 'Pixel 9', now(), '', '{pwd}', now(), now() + interval '1 day')`,
        [sessionId, appId, userId],
      );
      await tx.query(
        `INSERT INTO sign_in_alert (id, app_id, user_id, session_id, codes, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, '{new_device}', $5, now() + interval '7 days')`,
        [alertId, appId, userId, sessionId, createHash('sha256').update(token).digest()],
      );
      const envelope = new Envelope(loadMasterKey({ key: stack.env['MASTER_KEY'] }));
      const content = Buffer.from(JSON.stringify({ token, deviceName: 'Pixel 9' }));
      const sealed = await new ContentCipher(tx, envelope).encrypt(appId, content);
      const data = {
        userId: user,
        sessionId: session,
        noticeId: notice,
        verdict: 'notify',
        reasons: [{ code: 'new_device', facts: {} }],
        country: 'FR',
        occurredAt: new Date().toISOString(),
      };
      await append(tx, [{ appId, type: 'auth.login_anomaly', subject: session, data, ...sealed }]);
    });
    return { session, notice };
  }

  async function received(newsOf: string): Promise<ReceivedPush> {
    const pushes = () => stack.received().filter((push) => push.headers['apns-collapse-id'] === newsOf);
    await eventually(() => expect(pushes()).toHaveLength(1), { within: 10_000 });
    return pushes()[0]!;
  }

  const answer = (notice: string, path: string, token: unknown) =>
    stack.call('POST', `${stack.urls.auth}/v1/sign-in-alerts/${notice}/${path}`, { body: { token } });

  it('asks on the phone, and one tap ends it', async () => {
    const { session, notice } = await intrude();
    const push = await received(`sign-in:${notice}`);
    expect(push).toMatchObject({
      token: phone,
      headers: { 'apns-priority': '10' },
      payload: {
        type: 'auth.login_anomaly',
        noticeId: notice,
        sessionId: session,
        deviceName: 'Pixel 9',
        country: 'FR',
        aps: { alert: { title: 'Was this you?' } },
      },
    });
    expect(await answer(notice, 'not-me', push.payload['token'])).toMatchObject({
      status: 200,
      body: { noticeId: notice, answer: 'not_me' },
    });
    const { rows } = await postgres
      .database()
      .query('SELECT revoked_reason AS reason FROM auth_session WHERE id = $1', [parseId('session', session)]);
    expect(rows).toEqual([{ reason: 'not_me' }]);
    const facts = await postgres
      .database()
      .query(`SELECT type FROM event_log WHERE subject = $1 AND type LIKE 'auth.%' ORDER BY id`, [session]);
    expect(facts.rows.map((row) => row['type'])).toEqual([
      'auth.login_anomaly',
      'auth.signed_out',
      'auth.login_anomaly_answered',
    ]);
  }, 20_000);

  it('goes on when the phone says so, and takes no token but its own', async () => {
    const { session, notice } = await intrude();
    const push = await received(`sign-in:${notice}`);
    expect((await answer(notice, 'not-me', randomBytes(32).toString('base64url'))).status).toBe(404);
    expect((await answer(notice, 'it-was-me', push.payload['token'])).status).toBe(200);
    const { rowCount } = await postgres
      .database()
      .query('SELECT FROM auth_session WHERE id = $1 AND revoked_at IS NULL', [parseId('session', session)]);
    expect(rowCount).toBe(1);
  }, 20_000);

  it('of which a copy was used is told, and no other end of a session', async () => {
    const end = async (reason: SignOutReason): Promise<string> => {
      const session = formatId('session', newUuid());
      const data = { userId: user, sessionId: session, clientId: 'cli', reason };
      await append(postgres.database(), [{ appId, type: 'auth.signed_out', subject: session, data }]);
      return session;
    };
    const quiet = await end('signed_out');
    const push = await received(`session:${await end('refresh_reused')}`);
    expect(push.payload).toMatchObject({
      type: 'auth.signed_out',
      reason: 'refresh_reused',
      aps: { alert: { body: expect.stringContaining('A copy of your sign-in was used and stopped') as unknown } },
    });
    expect(JSON.stringify(stack.received())).not.toContain(quiet);
  }, 20_000);
});
