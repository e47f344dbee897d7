import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import {
  type ApnsCredential,
  ContentCipher,
  CredentialReader,
  Envelope,
  loadMasterKey,
  saveCredential,
} from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { openQueueBackend, Publisher, type QueueBackend, type WorkEnd } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import type { AttemptOutcome, PushProvider } from '../providers/push-provider.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import { pushWork, type SendItem } from '../work/push-work.js';
import { AttemptLog } from './attempt-log.js';
import { AttemptMarks } from './attempt-marks.js';
import { deliverHandler } from './deliver.handler.js';
import { OpenedCredentials } from './opened-credentials.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const logger = createLogger('test', 'silent');
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const secret = {
  teamId: 'TEAM123456',
  keyId: 'KEY1234567',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

/** A provider that gives every message the same answer. */
const answering = (outcome: AttemptOutcome): PushProvider<ApnsCredential> => ({
  name: 'apns',
  sessionFor: () => ({ send: () => Promise.resolve(outcome), close: () => Promise.resolve() }),
  close: () => Promise.resolve(),
});

describe('delivering', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: Buffer.alloc(32, 7).toString('base64') }));
  const appId = newUuid();
  let credentialId: Uuid;

  beforeAll(async () => {
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{deliver}', logger });
    const sql = postgres.database();
    await sql.query(`INSERT INTO app (id, name, mode) VALUES ($1, 'test', 'test')`, [appId]);
    credentialId = (await saveCredential(sql, envelope, { appId, provider: 'apns', secret })).id;
  });

  /** One notification for one phone, sent by a worker whose provider answers `outcome`. */
  async function deliver(outcome: AttemptOutcome): Promise<{ end: WorkEnd; item: SendItem }> {
    const database = postgres.database();
    const cipher = new ContentCipher(database, envelope);
    const [n, v] = [newUuid(), newUuid()];
    await database.query(
      `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, status)
       VALUES ($1::uuid, $2, $1::text, 'ios', 'apns', 'aa', 'sandbox', 'active')`,
      [v, appId],
    );
    const sealed = await cipher.encrypt(appId, Buffer.from('{"body":"x"}'));
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const data = { root: n, lane: 'bulk', to: { userId: 'ann' }, expiresAt };
    const subject = formatId('notification', n);
    await append(database, [{ id: n, appId, type: 'notification.accepted', subject, data, ...sealed }]);
    const item = { d: deliveryIdOf(n, v), n, v, a: 1 };
    const work = { id: n, rootId: n, queue: QUEUES.apnsBulk, lane: 'bulk' as const, appId, credentialId };
    await pushWork.enqueue(database, [{ ...work, items: [item] }]);
    const leased = (await pushWork.claim<SendItem>(database, n))!;
    const opened = new OpenedCredentials(new CredentialReader(envelope));
    const handler = deliverHandler('bulk', {
      database,
      cipher,
      credentialOf: opened.apnsOf.bind(opened),
      provider: answering(outcome),
      recorder: new OutcomeRecorder(database, new Publisher(backend, logger)),
      attempts: new AttemptLog(logger, createMetrics('test')),
      marks: new AttemptMarks(database),
    });
    return { end: await handler.handle(leased, { id: n, token: leased.token, mayBegin: () => true }), item };
  }

  it.each(['rejected', 'gone', 'retry'] as const)(
    'records "%s" whatever letters the provider put into its answer',
    async (kind) => {
      const outcome = {
        kind,
        reason: 'Bad\0Thing \ud83d',
        afterMs: 1,
        goneAt: new Date(),
        raw: { body: 'a\0b \udc00' },
      };
      const { end, item } = await deliver(outcome);
      expect(end.end).toBe('settled');
      const { rows } = await postgres.database().query('SELECT reason, raw FROM delivery WHERE id = $1', [item.d]);
      expect(rows).toEqual([{ reason: 'BadThing \ufffd', raw: { body: 'ab \ufffd' } }]);
    },
  );

  it('holds a credential for a reason of any letters', async () => {
    const { end } = await deliver({ kind: 'hold-credential', reason: 'Bad\0Key', untilMs: 60_000, raw: {} });
    expect(end).toMatchObject({ end: 'release', reason: 'BadKey' });
    const { rows } = await postgres
      .database()
      .query('SELECT reason FROM hold WHERE credential_id = $1', [credentialId]);
    expect(rows).toEqual([{ reason: 'BadKey' }]);
  });
});
