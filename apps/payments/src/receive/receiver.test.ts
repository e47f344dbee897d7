import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid, objectKey } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { type Database, openDatabase } from '@signalbox/database';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import type { ReceivedEvent } from './received-event.js';
import { Receiver } from './receiver.js';

const logger = createLogger('payments', 'silent');
const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));

function event(change: Partial<ReceivedEvent> & { appId: Uuid }): ReceivedEvent {
  return {
    account: '',
    eventId: `evt_${randomBytes(8).toString('hex')}`,
    via: 'webhook',
    shape: 'snapshot',
    type: 'payment_intent.succeeded',
    livemode: false,
    objectType: 'payment_intent',
    objectId: 'pi_1',
    created: new Date(),
    body: Buffer.from('{}'),
    ...change,
  };
}

describe('the receiver', () => {
  const refusals: unknown[] = [];
  const pools: Database[] = [];
  let backend: QueueBackend;
  // Hooks after the tests run in the order they were made.
  afterAll(async () => {
    await backend.close();
    await Promise.all(pools.map((pool) => pool.close()));
  });
  const postgres = usePostgres();
  beforeAll(() => {
    backend = openQueueBackend({ redisUrl: undefined, databaseUrl: postgres.url(), prefix: '{receiver}', logger });
  });

  /** As another process has it. What Postgres refuses is tried again in halves, so it is kept here. */
  function open(): Receiver {
    const pool = openDatabase({
      url: postgres.url(),
      name: 'receiver',
      maxConnections: 2,
      onIdleError: () => undefined,
    });
    pools.push(pool);
    const watched: Database = {
      ...pool,
      query: (text, params) =>
        pool.query<never>(text, params).catch((error: unknown) => {
          refusals.push(error);
          throw error;
        }),
    };
    return new Receiver(watched, new ContentCipher(pool, envelope), new Publisher(backend, logger));
  }
  const rows = async (text: string, params: unknown[] = []) => (await postgres.database().query(text, params)).rows;

  it('of two processes that take the same events in opposite orders never waits for ever', async () => {
    const [left, right, appId] = [open(), open(), newUuid()];
    const receipts: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const events = Array.from({ length: 60 }, (_, n) => event({ appId, objectId: `pi_${n}` }));
      const taken = [
        ...events.map((each) => left.receive(each)),
        ...events.toReversed().map((each) => right.receive(each)),
      ];
      receipts.push(...(await Promise.all(taken)));
    }
    expect(refusals).toEqual([]);
    expect(Map.groupBy(receipts, (receipt) => receipt).get('stored')).toHaveLength(1_200);
    expect(Map.groupBy(receipts, (receipt) => receipt).get('repeated')).toHaveLength(1_200);
    expect(await rows('SELECT FROM stripe_event WHERE app_id = $1', [appId])).toHaveLength(1_200);
    expect(await rows('SELECT FROM stripe_inbox')).toHaveLength(1_200);
  }, 60_000);

  it('leaves one item for each object, thirty-two of them a row, in the lane of who brought them', async () => {
    const [receiver, appId] = [open(), newUuid()];
    // The first is written alone; the others wait for it and are written together.
    const objects = ['first', ...Array.from({ length: 36 }, (_, n) => `pi_${n}`), 'pi_3', 'pi_3'];
    await Promise.all([
      ...objects.map((objectId) => receiver.receive(event({ appId, objectId }))),
      receiver.receive(event({ appId, objectId: 'late', via: 'reconciler' })),
    ]);
    const works = await rows('SELECT lane, queue, items FROM payments_work WHERE app_id = $1 ORDER BY lane, id', [
      appId,
    ]);
    const counts = works.map((work) => (work['items'] as unknown[]).length);
    expect(works[0]).toMatchObject({
      lane: 'bulk',
      queue: 'payments.stripe.bulk',
      items: [{ o: objectKey(appId, '', 'late') }],
    });
    expect(works.slice(1).every((work) => work['lane'] === 'transactional')).toBe(true);
    expect(counts.slice(1).toSorted((a, b) => a - b)).toEqual([1, 4, 32]);
    const keys = works.flatMap((work) => (work['items'] as { o: string }[]).map(({ o }) => o));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('lets an event that Postgres refuses fail alone', async () => {
    const [receiver, appId] = [open(), newUuid()];
    const taken = await Promise.allSettled([
      receiver.receive(event({ appId })),
      receiver.receive(event({ appId })),
      receiver.receive(event({ appId, type: 'with a \u0000' })),
      receiver.receive(event({ appId })),
    ]);
    expect(taken.map((each) => (each.status === 'fulfilled' ? each.value : 'refused'))).toEqual([
      'stored',
      'stored',
      'refused',
      'stored',
    ]);
    refusals.length = 0;
  });

  it('does not ask the database again about what it has just stored', async () => {
    const [receiver, appId] = [open(), newUuid()];
    const known = event({ appId });
    expect(await receiver.receive(known)).toBe('stored');
    await pools.at(-1)!.close();
    expect(await receiver.receive(known)).toBe('repeated');
    expect(await receiver.receive(event({ appId }))).toBe('unknown');
    pools.pop();
  });
});

describe('the key of an object', () => {
  const appId = newUuid();

  it('is the same for the same app, account and id, and no other', () => {
    const key = objectKey(appId, 'acct_1', 'pi_1');
    expect(objectKey(appId, 'acct_1', 'pi_1')).toBe(key);
    const others = [
      objectKey(newUuid(), 'acct_1', 'pi_1'),
      objectKey(appId, '', 'pi_1'),
      objectKey(appId, 'acct_1', 'pi_2'),
    ];
    expect(others).not.toContain(key);
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
