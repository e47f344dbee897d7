import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
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
import { openQueueBackend, Publisher, type LeasedWork, type QueueBackend, type WorkEnd } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { DeletionGuards } from '../deletion-guards/deletion-guards.js';
import type { AttemptOutcome, PushMessage, PushProvider } from '../providers/push-provider.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import { pushWork, type SendItem } from '../work/push-work.js';
import { AttemptLog } from './attempt-log.js';
import { AttemptMarks } from './attempt-marks.js';
import { CredentialBreakers } from './credential-breakers.js';
import { deliverHandler } from './deliver.handler.js';
import { OpenedCredentials } from './opened-credentials.js';
import { PACE_RULES, Pace } from './pace.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const logger = createLogger('test', 'silent');
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const secret = {
  teamId: 'TEAM123456',
  keyId: 'KEY1234567',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

const answering = (answer: (message: PushMessage) => AttemptOutcome): PushProvider<ApnsCredential> => ({
  name: 'apns',
  sessionFor: () => ({ send: (message) => Promise.resolve(answer(message)), close: () => Promise.resolve() }),
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

  afterEach(async () => {
    await postgres.database().query('DELETE FROM hold');
  });

  /** A work row of notifications, each for a phone of its own, leased as a worker would. */
  async function lease(count: number, { attempt = 1, category }: { attempt?: number; category?: string } = {}) {
    const database = postgres.database();
    const cipher = new ContentCipher(database, envelope);
    const id = newUuid();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const items: SendItem[] = [];
    for (let made = 0; made < count; made += 1) {
      const [n, v] = [newUuid(), newUuid()];
      await database.query(
        `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, status, user_id)
         VALUES ($1::uuid, $2, $1::text, 'ios', 'apns', 'aa', 'sandbox', 'active', 'ann')`,
        [v, appId],
      );
      const sealed = await cipher.encrypt(appId, Buffer.from('{"body":"x"}'));
      const data = { root: id, lane: 'bulk', to: { userId: 'ann' }, expiresAt, category };
      const subject = formatId('notification', n);
      await append(database, [{ id: n, appId, type: 'notification.accepted', subject, data, ...sealed }]);
      items.push({ d: deliveryIdOf(n, v), n, v, a: attempt });
    }
    await pushWork.enqueue(database, [
      { id, rootId: id, queue: QUEUES.apnsBulk, lane: 'bulk', appId, credentialId, items },
    ]);
    return (await pushWork.claim<SendItem>(database, id))!;
  }

  /** A worker whose provider answers `outcome`, and the messages that it was asked to send. */
  function worker(
    outcome: AttemptOutcome | ((message: PushMessage) => AttemptOutcome),
    onOpen: (credential: Uuid) => void = () => undefined,
  ) {
    const database = postgres.database();
    const asked: PushMessage[] = [];
    const opened = new OpenedCredentials(new CredentialReader(envelope));
    const handler = deliverHandler('bulk', {
      database,
      cipher: new ContentCipher(database, envelope),
      credentialOf: opened.apnsOf.bind(opened),
      provider: answering((message) => {
        asked.push(message);
        return typeof outcome === 'function' ? outcome(message) : outcome;
      }),
      recorder: new OutcomeRecorder(
        database,
        new Publisher(backend, logger),
        new DeletionGuards(database, logger, createMetrics('test')),
      ),
      attempts: new AttemptLog(logger, createMetrics('test')),
      marks: new AttemptMarks(database),
      breakers: new CredentialBreakers(onOpen),
      pace: new Pace(PACE_RULES.apns),
    });
    const handle = (leased: LeasedWork<SendItem>): Promise<WorkEnd> =>
      handler.handle(leased, { id: leased.id, token: leased.token, mayBegin: () => true });
    return { asked, handle };
  }

  async function deliver(outcome: AttemptOutcome): Promise<{ end: WorkEnd; item: SendItem }> {
    const leased = await lease(1);
    return { end: await worker(outcome).handle(leased), item: leased.items[0]! };
  }

  const statesOf = async (leased: LeasedWork<SendItem>) =>
    (
      await postgres
        .database()
        .query<{ state: string; reason: string | null }>(
          'SELECT state, reason FROM delivery WHERE id = ANY ($1::uuid[])',
          [leased.items.map((item) => item.d)],
        )
    ).rows;

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

  it('sends one message alone when a hold has come to its end, and the rest once the provider took it', async () => {
    const leased = await lease(3);
    await postgres
      .database()
      .query(`INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now(), 'InvalidProviderToken')`, [
        credentialId,
      ]);
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'probed' });
    expect(asked).toHaveLength(1);
    expect((await postgres.database().query('SELECT FROM hold')).rowCount).toBe(0);
    expect(await handle(leased)).toMatchObject({ end: 'settled', summary: { sent: 2 } });
    expect(asked).toHaveLength(3);
  });

  it('holds again, and for longer, when the provider refuses the probe', async () => {
    const leased = await lease(3);
    await postgres
      .database()
      .query(`INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now(), 'InvalidProviderToken')`, [
        credentialId,
      ]);
    const refusal = { kind: 'hold-credential', reason: 'InvalidProviderToken', untilMs: 60_000, raw: {} } as const;
    const { asked, handle } = worker(refusal);
    await handle(leased);
    expect(asked).toHaveLength(1);
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'InvalidProviderToken' });
    expect(asked).toHaveLength(1);
    const { rows } = await postgres
      .database()
      .query(`SELECT times, until > now() + interval '100 s' AS longer FROM hold`);
    expect(rows).toEqual([{ times: 2, longer: true }]);
  });

  it('makes no more retries than the budget has, and lets the rest wait without burning an attempt', async () => {
    const leased = await lease(150, { attempt: 2 });
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'retry_budget' });
    expect(asked).toHaveLength(100);
    expect(await statesOf(leased)).toHaveLength(100);
  });

  it('stops calling a provider that does not answer, and puts its credential on hold', async () => {
    const leased = await lease(300);
    const opened: Uuid[] = [];
    const { asked, handle } = worker({ kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} }, (credential) =>
      opened.push(credential),
    );
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'breaker_open' });
    expect(opened).toEqual([credentialId]);
    expect(asked.length).toBeLessThan(300);
    expect(await statesOf(leased)).toHaveLength(asked.length);
  });

  it('lets a backlog out slowly after a hold, and what was accepted just now at once', async () => {
    const backlog = await lease(300, { attempt: 2 });
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    const held = `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now() + interval '1 min', 'test')`;
    await postgres.database().query(held, [credentialId]);
    expect(await handle(backlog)).toMatchObject({ end: 'release', reason: 'test' });
    await postgres.database().query('DELETE FROM hold');
    expect(await handle(backlog)).toMatchObject({ end: 'release', reason: 'ramp' });
    expect(asked.length).toBeLessThan(150);
    const before = asked.length;
    expect(await handle(await lease(50))).toMatchObject({ end: 'settled', summary: { sent: 50 } });
    expect(asked.length - before).toBe(50);
  });

  describe('in a category that is sent at most once', () => {
    beforeAll(async () => {
      await postgres
        .database()
        .query(`INSERT INTO category (app_id, name, guarantee) VALUES ($1, 'once', 'at-most-once')`, [appId]);
    });

    it('never sends again what may have arrived', async () => {
      const leased = await lease(1, { category: 'once' });
      const { asked, handle } = worker({ kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} });
      await handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'dead', reason: 'may_have_arrived: TIMEOUT' }]);
      expect(asked).toHaveLength(1);
    });

    it('sends again what the provider surely did not take', async () => {
      const leased = await lease(1, { category: 'once' });
      await worker({ kind: 'retry', reason: 'TooManyRequests', afterMs: 1, raw: {} }).handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'retrying', reason: 'TooManyRequests' }]);
    });

    it('does not send what a process that died had begun', async () => {
      const leased = await lease(1, { category: 'once' });
      // The mark is there and the process is not: its call is cut off by the end of the lease.
      const dying = worker(() => {
        throw new Error('killed in the call');
      });
      await expect(dying.handle(leased)).rejects.toThrow('killed in the call');
      expect(await statesOf(leased)).toEqual([{ state: 'sending', reason: null }]);
      const { asked, handle } = worker({ kind: 'sent', raw: {} });
      await handle(leased);
      expect(asked).toEqual([]);
      expect(await statesOf(leased)).toEqual([{ state: 'dead', reason: 'may_have_arrived: interrupted' }]);
    });

    it('takes its mark back when nothing was sent, and sends later', async () => {
      const leased = await lease(1, { category: 'once' });
      const unsent = worker({ kind: 'retry', reason: 'connect', afterMs: 1, uncounted: true, raw: {} });
      expect(await unsent.handle(leased)).toMatchObject({ end: 'release', reason: 'connect' });
      expect(await statesOf(leased)).toEqual([]);
      await worker({ kind: 'sent', raw: {} }).handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'sent', reason: null }]);
    });
  });
});
