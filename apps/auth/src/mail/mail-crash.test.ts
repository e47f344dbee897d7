import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { MAIL_CRASH_POINTS } from '@signalbox/resilience';
import { createLogger } from '@signalbox/telemetry';
import { eventually, insertApp, startProcess, startSandbox, type TestSandbox, usePostgres } from '@signalbox/testing';
import { Mailer } from './mailer.js';

jest.setTimeout(90_000);

const KILLS = MAIL_CRASH_POINTS.flatMap((point) => [`${point}:before`, `${point}:after`] as const);

describe('a mail whose sender is killed', () => {
  afterAll(async () => {
    await backend.close();
    await sandbox.stop();
  });
  const postgres = usePostgres();
  const MASTER_KEY = randomBytes(32).toString('base64');
  let sandbox: TestSandbox;
  let backend: QueueBackend;
  let mailer: Mailer;
  let appId: Uuid;

  beforeAll(async () => {
    sandbox = await startSandbox();
    appId = await insertApp(postgres.database());
    const logger = createLogger('auth', 'silent');
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{x}', logger });
    mailer = new Mailer(new Envelope(loadMasterKey({ key: MASTER_KEY })), new Publisher(backend, logger));
  }, 30_000);

  /** A sender that dies at one of its crash points, or lives on. */
  const startSender = (crashAt?: string) =>
    startProcess({
      entry: 'apps/auth/dist/main.js',
      ...(crashAt !== undefined && { nodeArgs: ['--conditions=crash-points'], args: [`--crash-at=${crashAt}`] }),
      env: {
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'info',
        DATABASE_URL: postgres.url(),
        REDIS_URL: undefined,
        OPERATOR_TOKEN: `sbo_${'x'.repeat(32)}`,
        MASTER_KEY,
        SMTP_URL: `smtp://127.0.0.1:${sandbox.mailPort}`,
      },
      ready: { line: (line) => line.includes('"ready":true') },
    });

  const sentTo: string[] = [];

  /** What is owed now is nobody's to take until the end: who dies next shall die of a mail of its own, however long it takes to start. */
  async function leaveToHeir(): Promise<void> {
    const later = `now() + interval '1 h'`;
    await postgres.database().query(`UPDATE auth_work SET next_offer_at = ${later}, lease_until = ${later}`);
  }

  it.each(KILLS)('at %s owes it on', async (at) => {
    const to = `ann-${randomBytes(6).toString('hex')}@example.com`;
    sentTo.push(to);
    const mail = { appId, to, locale: 'en', template: 'password_changed', params: { appName: 'Shop' } } as const;
    const send = () => postgres.database().transaction((tx) => mailer.send(tx, mail));
    if (at === 'mail.publish:before') {
      // Here it is the one who writes it that dies: the mail is owed, and nobody was told.
      await send();
      await leaveToHeir();
      return;
    }
    const victim = await startSender(at);
    mailer.publish(await send());
    if (at === 'mail.publish:after') await victim.kill();
    expect((await victim.exited()).signal).toBe('SIGKILL');
    await leaveToHeir();
  });

  it('is sent all the same by whoever comes after, under one name', async () => {
    // That leases end by themselves is another test's matter.
    await postgres.database().query('UPDATE auth_work SET lease_until = now(), next_offer_at = now()');
    const heir = await startSender();
    const open = async () => (await postgres.database().query('SELECT FROM auth_mail')).rowCount;
    await eventually(async () => (await open()) === 0, { within: 60_000 });
    expect(sentTo).toHaveLength(KILLS.length);
    for (const to of sentTo) {
      const path = `/v1/mail/messages?taken=true&to=${encodeURIComponent(to)}`;
      const { messages } = await sandbox.control<{ messages: { messageId: string }[] }>('GET', path);
      expect(messages.length).toBeGreaterThan(0);
      // Sent twice it is the same mail.
      expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(1);
    }
    await heir.stop();
  });
});
