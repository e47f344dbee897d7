import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  formatId,
  newUuid,
  noticeIdOf,
  type EventType,
  type NotificationAccepted,
  type Uuid,
} from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { Notices } from '../notices/notices.js';
import { SIGN_IN_NOTICES } from './sign-in-notices.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [user, session, notice] = [
  formatId('user', newUuid()),
  formatId('session', newUuid()),
  formatId('signInAlert', newUuid()),
];

interface Made {
  readonly id: Uuid;
  readonly payload: NotificationAccepted;
  readonly content: { readonly title: string; readonly body: string; readonly data: Record<string, string> };
}

describe('facts about sign-ins', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const logger = createLogger('push', 'silent');
  const sql = <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
    postgres.database().query<Row>(text, params);
  let appId: Uuid;
  let metrics: Metrics;
  let reader: Notices;

  beforeAll(() => {
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{sign-ins}', logger });
  });

  beforeEach(async () => {
    metrics = createMetrics('push');
    await sql('TRUNCATE event_log, push_work, consumer');
    appId = await insertApp(postgres.database());
    const database = postgres.database();
    const cipher = new ContentCipher(database, envelope);
    const publisher = new Publisher(backend, logger);
    reader = new Notices(SIGN_IN_NOTICES, { database, cipher, publisher, logger, metrics });
    await reader.register();
    // A horizon that others hold back would hide what is appended before it moves on; the beginning hides nothing.
    await sql(`UPDATE consumer SET cursor_xid = '0'`);
  });

  afterEach(() => reader.stop());

  /** A fact as auth writes it; `content` encrypted under the app's data key, if it has one. */
  async function fact(type: EventType, data: object, content?: object, subject = session): Promise<Uuid> {
    const cipher = new ContentCipher(postgres.database(), envelope);
    const sealed = content === undefined ? {} : await cipher.encrypt(appId, Buffer.from(JSON.stringify(content)));
    return (await append(postgres.database(), [{ appId, type, subject, data, ...sealed }]))[0]!;
  }

  const anomaly = (more: object = {}, content: object | undefined = { token: 'secret-token', deviceName: 'Pixel 9' }) =>
    fact(
      'auth.login_anomaly',
      {
        userId: user,
        sessionId: session,
        noticeId: notice,
        verdict: 'notify',
        reasons: [
          { code: 'new_device', facts: { network: 'ipv4' } },
          { code: 'new_country', facts: { country: 'FR' } },
        ],
        country: 'FR',
        occurredAt: new Date().toISOString(),
        ...more,
      },
      content,
    );

  const signedOut = (reason: string) =>
    fact('auth.signed_out', { userId: user, sessionId: session, clientId: 'cli_1', reason });

  /** Has everything that was appended read, and answers what was made of it, oldest first. */
  async function read(): Promise<Made[]> {
    reader.start();
    await eventually(async () => {
      const { rowCount } = await sql(
        'SELECT FROM consumer WHERE NOT EXISTS (SELECT FROM event_log WHERE (xid, id) > (cursor_xid, cursor_id))',
      );
      expect(rowCount).toBe(1);
    });
    const { rows } = await sql<{ id: Uuid; payload: NotificationAccepted; content: Buffer; dekId: Uuid }>(
      `SELECT id, payload, content, dek_id AS "dekId" FROM event_log WHERE type = 'notification.accepted' ORDER BY id`,
    );
    const cipher = new ContentCipher(postgres.database(), envelope);
    return Promise.all(
      rows.map(async ({ id, payload, content, dekId }) => ({
        id,
        payload,
        content: JSON.parse((await cipher.decrypt(appId, dekId, content)).toString()) as Made['content'],
      })),
    );
  }

  async function counted(): Promise<Record<string, number>> {
    const { values } = await metrics.registry.getSingleMetric('sign_in_notices_total')!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [`${labels.type} ${labels.outcome}`, value]));
  }

  async function phoneSpeaks(locale: string): Promise<void> {
    await sql(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, locale, time_zone, status)
       VALUES ($1, $2, 'phone', $3, 'ios', 'apns', 'phone', 'sandbox', $4, 'Europe/Berlin', 'active')`,
      [newUuid(), appId, user, locale],
    );
  }

  it('become a notification that asks, with the token that answers and what the app shows', async () => {
    const id = await anomaly();
    const [made, ...others] = await read();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      id: noticeIdOf(id),
      payload: {
        to: { userId: user },
        lane: 'transactional',
        category: 'security',
        collapseKey: `sign-in:${notice}`,
        cause: formatId('event', id),
      },
      content: {
        title: 'Was this you?',
        data: {
          type: 'auth.login_anomaly',
          noticeId: notice,
          sessionId: session,
          verdict: 'notify',
          reasons: 'new_device,new_country',
          country: 'FR',
          deviceName: 'Pixel 9',
          token: 'secret-token',
        },
      },
    });
    expect(made!.content.body).toContain('New sign-in on Pixel 9 in France');
    expect(Date.parse(made!.content.data['at']!)).toBeLessThanOrEqual(Date.now());
    expect(await counted()).toEqual({ 'auth.login_anomaly told': 1 });
  });

  it.each([
    ['new_device', {}, 'New sign-in on Pixel 9 in France', 'Neue Anmeldung auf Pixel 9, Frankreich'],
    [
      'two_networks',
      { reasons: [{ code: 'two_networks', facts: {} }] },
      'Your sign-in on Pixel 9 is being used from two networks',
      'Ihre Anmeldung auf Pixel 9 wird gleichzeitig aus zwei Netzen benutzt',
    ],
    [
      'a refusal',
      { sessionId: undefined, verdict: 'refuse' },
      'Somebody tried to sign in to your account in France',
      'Jemand wollte sich bei Ihrem Konto anmelden, Frankreich',
    ],
  ] as const)('of %s are told in the language of the phone', async (_name, more, english, german) => {
    await anomaly(more);
    expect((await read())[0]!.content.body).toContain(english);
    await phoneSpeaks('de-DE');
    await anomaly(more);
    const told = (await read()).map(({ content }) => content.body);
    expect(told).toContainEqual(expect.stringContaining(german));
  });

  it('keep the token out of the words, and out of what readers of the feed get', async () => {
    await anomaly();
    const [made] = await read();
    expect(made!.content.title + made!.content.body).not.toContain('secret-token');
    const { rows } = await sql('SELECT id, type, subject, payload FROM event_log');
    expect(JSON.stringify(rows)).not.toMatch(/secret-token|Pixel/);
    const { rows: raw } = await sql<{ content: Buffer }>('SELECT content FROM event_log WHERE content IS NOT NULL');
    for (const { content } of raw) expect(content.toString('latin1')).not.toContain('secret-token');
  });

  it('are told without a token when its key is gone', async () => {
    await anomaly();
    await sql('DELETE FROM data_key WHERE app_id = $1', [appId]);
    const [made] = await read();
    expect(made!.content.body).toContain('New sign-in on a device in France');
    expect(made!.content.data).not.toHaveProperty('token');
  });

  it('of a copy that was used are told, other ends of a session are not', async () => {
    await signedOut('refresh_reused');
    for (const reason of ['signed_out', 'revoked', 'superseded', 'not_me', 'password_changed']) await signedOut(reason);
    const [made, ...others] = await read();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      payload: { to: { userId: user }, category: 'security', collapseKey: `session:${session}` },
      content: {
        body: expect.stringContaining('A copy of your sign-in was used and stopped'),
        data: { type: 'auth.signed_out', sessionId: session, reason: 'refresh_reused' },
      },
    });
    expect(await counted()).toEqual({ 'auth.signed_out told': 1, 'auth.signed_out not_news': 5 });
  });

  it('are taken back once they were answered on another phone, and not asked when they were answered before', async () => {
    const answered = { userId: user, sessionId: session, noticeId: notice, answer: 'not_me' };
    await anomaly();
    await read();
    await fact('auth.login_anomaly_answered', answered);
    await read();
    expect((await sql('SELECT FROM push_work')).rowCount).toBe(0);
    await anomaly();
    await read();
    expect(await counted()).toEqual({
      'auth.login_anomaly told': 1,
      'auth.login_anomaly withdrawn': 1,
      'auth.login_anomaly ended': 1,
    });
  });

  it('of the same session that were not answered are asked, whatever was answered before', async () => {
    await anomaly();
    await fact('auth.login_anomaly_answered', {
      userId: user,
      sessionId: session,
      noticeId: notice,
      answer: 'it_was_me',
    });
    await anomaly({ noticeId: formatId('signInAlert', newUuid()) });
    expect(await read()).toHaveLength(1);
    expect(await counted()).toEqual({ 'auth.login_anomaly told': 1, 'auth.login_anomaly ended': 1 });
  });

  it('that are a day old are still told, and those of a week ago are not', async () => {
    await anomaly({ occurredAt: new Date(Date.now() - DAY).toISOString() });
    await anomaly({ occurredAt: new Date(Date.now() - 7 * DAY).toISOString() });
    const made = await read();
    expect(made).toHaveLength(1);
    expect(Date.parse(made[0]!.payload.expiresAt)).toBeLessThan(Date.now() + 5 * DAY + HOUR);
    expect(await counted()).toEqual({ 'auth.login_anomaly told': 1, 'auth.login_anomaly too_old': 1 });
  });
});
