import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { openQueueBackend, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import {
  eventually,
  insertApp,
  queueBackends,
  startSandbox,
  type TestSandbox,
  usePostgres,
  useRedis,
} from '@signalbox/testing';
import { AuthPipeline } from '../work/auth-pipeline.js';
import { Mailer } from './mailer.js';
import { mailHandler } from './mail.handler.js';
import { MailState } from './mail-state.js';
import type { NewMail } from './mails.js';
import { SmtpSender } from './smtp-sender.js';

jest.setTimeout(60_000);

interface Received {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly links: string[];
  readonly messageId: string;
  readonly headers: Record<string, string>;
}

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
}, 30_000);
afterAll(() => sandbox.stop());
beforeEach(async () => {
  await sandbox.control('DELETE', '/v1/mail/behaviour');
  await sandbox.control('DELETE', '/v1/mail/messages');
});

const newAddress = (): string => `ann-${randomBytes(6).toString('hex')}@example.com`;

/** The mails that an address got, waiting for the first. */
async function mailbox(to: string, waitMs = 20_000): Promise<Received[]> {
  const path = `/v1/mail/messages?taken=true&waitMs=${waitMs}&to=${encodeURIComponent(to)}`;
  return (await sandbox.control<{ messages: Received[] }>('GET', path)).messages;
}

describe.each(queueBackends())('mails, by a queue on $name', ({ name, redisUrl }) => {
  afterAll(async () => {
    await pipeline.stop();
    sender.close();
    await backend.close();
  });
  const postgres = usePostgres();
  useRedis();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const lines: string[] = [];
  const state = new MailState(true);
  let backend: QueueBackend;
  let pipeline: AuthPipeline;
  let sender: SmtpSender;
  let mailer: Mailer;
  let appId: Uuid;

  beforeAll(async () => {
    const logger = createLogger('auth', 'debug', { write: (line) => lines.push(line) });
    const database = postgres.database();
    appId = await insertApp(database);
    backend = openQueueBackend({ redisUrl, databaseUrl: postgres.url(), prefix: `{${name}-mail}`, logger });
    pipeline = new AuthPipeline({ database, backend, logger, metrics: createMetrics('test') });
    sender = new SmtpSender(`smtp://127.0.0.1:${sandbox.mailPort}`, 'no-reply@shop.example');
    mailer = new Mailer(envelope, pipeline.publisher);
    pipeline.start([mailHandler({ database, envelope, sender, host: 'auth.example', state, logger })]);
  }, 30_000);

  const send = async (mail: Partial<NewMail> & { to: string }): Promise<void> => {
    const whole = {
      appId,
      locale: 'en',
      template: 'recovery',
      params: { appName: 'Shop', link: LINK },
      ...mail,
    } as NewMail;
    mailer.publish(await postgres.database().transaction((tx) => mailer.send(tx, whole)));
  };
  const open = async (): Promise<number> => (await postgres.database().query('SELECT FROM auth_mail')).rowCount;
  const settled = () => eventually(async () => (await open()) === 0, { within: 30_000 });
  const dead = async (): Promise<{ subject: string; payload: Record<string, unknown> }[]> => {
    const sql = "SELECT subject, payload FROM event_log WHERE type = 'auth.mail_dead' ORDER BY xid, id";
    return (await postgres.database().query<never>(sql)).rows;
  };
  const LINK = 'http://auth.example/recover?token=abc_-123';

  it('are sent once each, from the app to one receiver, and forgotten', async () => {
    const to = newAddress();
    await send({ to, locale: 'de', params: { appName: 'Bäckerei Öztürk', link: LINK } });
    const [mail, ...others] = await mailbox(to);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      to,
      from: 'Bäckerei Öztürk <no-reply@shop.example>',
      subject: 'Wählen Sie ein neues Passwort für Bäckerei Öztürk',
      links: [LINK],
      headers: { to, 'auto-submitted': 'auto-generated' },
    });
    expect(mail?.messageId).toMatch(/^<mal_[a-z0-9]{26}@auth\.example>$/);
    await settled();
    expect(await dead()).toEqual([]);
    expect((await postgres.database().query('SELECT FROM auth_work')).rowCount).toBe(0);
  });

  it('are not sent when the change that made them did not commit', async () => {
    const to = newAddress();
    const failed = postgres.database().transaction(async (tx) => {
      await mailer.send(tx, { appId, to, locale: 'en', template: 'password_changed', params: { appName: 'Shop' } });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await open()).toBe(0);
  });

  it('are tried again when the server puts them off', async () => {
    const to = newAddress();
    await sandbox.control('PUT', '/v1/mail/behaviour', { refuse: { stage: 'rcpt', code: 451, times: 1 } });
    await send({ to });
    expect(await mailbox(to)).toHaveLength(1);
    await settled();
    expect(await dead()).toEqual([]);
    expect(state.describe()).toBe('ok');
  });

  it('are tried again when the server does not let us in, whatever it says', async () => {
    const to = newAddress();
    // The pool may hold a connection; a new one is refused.
    await sandbox.control('PUT', '/v1/mail/behaviour', { refuse: { stage: 'data', code: 451, to, times: 1 } });
    await send({ to });
    await eventually(() => state.describe().includes('smtp_451'), { within: 20_000 });
    expect(await mailbox(to)).toHaveLength(1);
    await settled();
  });

  it.each(['rcpt', 'data'])(
    'are given up when they are refused for good (%s), and the log says so without the address',
    async (stage) => {
      const to = newAddress();
      const [userId, before] = [newUuid(), (await dead()).length];
      await sandbox.control('PUT', '/v1/mail/behaviour', { refuse: { stage, code: 550, to } });
      await send({ to, userId });
      await settled();
      const letter = (await dead())[before];
      expect(letter).toEqual({
        subject: expect.stringMatching(/^mal_/),
        payload: {
          mailId: letter?.subject,
          userId: formatId('user', userId),
          template: 'recovery',
          reason: 'smtp_550',
        },
      });
      expect(JSON.stringify(await dead())).not.toContain('@');
      expect(lines.join('')).not.toContain(to);
      expect(lines.join('')).not.toContain('abc_-123');
    },
  );

  it('are given up when they would be of no use any more', async () => {
    const [to, before] = [newAddress(), (await dead()).length];
    await sandbox.control('PUT', '/v1/mail/behaviour', { refuse: { stage: 'rcpt', code: 451, to } });
    await send({ to });
    await eventually(() => state.describe().includes('smtp_451'), { within: 20_000 });
    await postgres.database().query('UPDATE auth_mail SET expires_at = now()');
    await settled();
    expect((await dead())[before]?.payload).toMatchObject({ reason: 'expired' });
  });
});

describe('mails without a mail server', () => {
  const postgres = usePostgres();

  it('wait, and readiness says for what', async () => {
    const logger = createLogger('auth', 'silent');
    const database = postgres.database();
    const appId = await insertApp(database);
    const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
    const backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{x}', logger });
    const pipeline = new AuthPipeline({ database, backend, logger, metrics: createMetrics('test') });
    const state = new MailState(false);
    const mailer = new Mailer(envelope, pipeline.publisher);
    pipeline.start([mailHandler({ database, envelope, sender: undefined, host: 'auth.example', state, logger })]);
    const mail = {
      appId,
      to: newAddress(),
      locale: 'en',
      template: 'password_changed',
      params: { appName: 'Shop' },
    } as const;
    mailer.publish(await database.transaction((tx) => mailer.send(tx, mail)));
    const waits = async () =>
      (await database.query("SELECT FROM auth_work WHERE offer > 0 AND due_at > now() + interval '30 s'")).rowCount ===
      1;
    await eventually(waits, { within: 20_000 });
    expect(state.describe()).toBe('SMTP_URL is not set; mails wait');
    expect((await database.query('SELECT FROM auth_mail')).rowCount).toBe(1);
    await pipeline.stop();
    await backend.close();
  });
});
