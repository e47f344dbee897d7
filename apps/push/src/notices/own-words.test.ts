import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type NotificationAccepted,
  templateDocument,
  type TemplateDocumentInput,
  type Uuid,
} from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { PAYMENT_NOTICES } from '../payment-notices/notice-kinds.js';
import { documentProblems } from '../templates/check-document.js';
import { Templates } from '../templates/templates.js';
import { BUILT_IN_TEMPLATES } from './built-in-templates.js';
import { Notices } from './notices.js';

const OWN: TemplateDocumentInput = {
  parameters: { amount: { type: 'money' } },
  defaultLocale: 'fr',
  locales: {
    fr: { title: 'Oups', body: 'Votre paiement de {amount} a échoué.', data: { screen: 'pay', type: 'mine' } },
  },
  sound: 'oups',
};

it.each([...BUILT_IN_TEMPLATES])('the built-in template %s can be written to everybody', (_name, document) => {
  expect(documentProblems(document)).toEqual([]);
  expect(Object.keys(document.locales)).toEqual(['en', 'de']);
});

describe('a notice', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const logger = createLogger('push', 'silent');
  let appId: Uuid;
  let reader: Notices;
  beforeAll(() => {
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{own-words}', logger });
  });
  beforeEach(async () => {
    const database = postgres.database();
    await database.query('TRUNCATE event_log, push_work, consumer');
    appId = await insertApp(database);
    const parts = { cipher: new ContentCipher(database, envelope), publisher: new Publisher(backend, logger) };
    reader = new Notices(PAYMENT_NOTICES, { database, ...parts, logger, metrics: createMetrics('push') });
    await reader.register();
    await database.query(`UPDATE consumer SET cursor_xid = '0'`);
    reader.start();
  });
  afterEach(() => reader.stop());

  const put = (document: TemplateDocumentInput) =>
    new Templates(postgres.database(), BUILT_IN_TEMPLATES).put(
      appId,
      'payment.failed',
      templateDocument.parse(document),
      true,
    );

  /** Tells of a payment that failed, and answers what became of it. */
  async function told(paymentId: string): Promise<{ payload: NotificationAccepted; content: Record<string, unknown> }> {
    const database = postgres.database();
    const money = {
      gateway: 'stripe',
      gatewayRef: 'pi_1',
      livemode: false,
      userId: 'ann',
      amount: 1_250,
      currency: 'eur',
    };
    await append(database, [{ appId, type: 'payment.failed', subject: paymentId, data: { ...money, paymentId } }]);
    const row = await eventually(async () => {
      const { rows } = await database.query<{ payload: NotificationAccepted; content: Buffer; dekId: Uuid }>(
        `SELECT payload, content, dek_id AS "dekId" FROM event_log
         WHERE type = 'notification.accepted' AND payload ->> 'collapseKey' = $1`,
        [`payment:${paymentId}`],
      );
      expect(rows).toHaveLength(1);
      return rows[0]!;
    });
    const opened = await new ContentCipher(database, envelope).decrypt(appId, row.dekId, row.content);
    return { payload: row.payload, content: JSON.parse(opened.toString()) as Record<string, unknown> };
  }

  it('speaks with the words that an app has of its own, as soon as they are in force', async () => {
    expect((await told('pay_1')).content).toMatchObject({ title: 'Payment failed' });
    await put(OWN);
    const { payload, content } = await told('pay_2');
    expect(payload.template).toEqual({ id: 'payment.failed', version: 1 });
    expect(content).toEqual({
      title: 'Oups',
      body: expect.stringMatching(/^Votre paiement de 12,50\s€ a échoué\.$/),
      sound: 'oups',
      data: { screen: 'pay', type: 'payment.failed', paymentId: 'pay_2' },
    });
  });

  it.each([
    ['are more than a phone gets', { ...OWN, locales: { fr: { body: 'x'.repeat(4_000) } } }],
    ['cannot be written', { ...OWN, locales: { fr: { body: '{x}' } } }],
    [
      'no longer fit what it is filled in with',
      { ...OWN, parameters: { ...OWN.parameters, code: { type: 'string' as const } } },
    ],
    ['leave nothing to show', { ...OWN, locales: { fr: { body: '{amount, select, other {}}' } } }],
  ])('speaks with ours where an app’s own %s', async (_name, document) => {
    await put(document);
    expect((await told('pay_1')).content).toMatchObject({ title: 'Payment failed' });
  });
});
