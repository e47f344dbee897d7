import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES, uuidFromTimeAndTail, type Uuid } from '@signalbox/contracts';
import { DatabaseUnreachable, openDatabase, type Database } from '@signalbox/database';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres } from '@signalbox/testing';
import type { Lease } from './lease-keeper.js';
import { OfferLoop } from './offer-loop.js';
import { Publisher } from './publisher.js';
import { openQueueBackend } from './open-queue-backend.js';
import type { QueueBackend } from './queue-backend.js';
import { WorkHost, type WorkEnd, type WorkHandler } from './work-host.js';
import { firstOffer, WorkStore } from './work-store.js';
import type { LeasedWork, NewWork } from './work.js';

const QUEUE = QUEUES.routeTransactional;
const logger = createLogger('test', 'silent');
const store = new WorkStore('push_work');

interface Item {
  readonly name: string;
}

/** A handler that notes what it is given and ends as it is told. */
function notingHandler(
  end: (work: LeasedWork<Item>) => Promise<WorkEnd>,
): WorkHandler<Item> & { handled: Uuid[]; condemned: Item[] } {
  const handled: Uuid[] = [];
  const condemned: Item[] = [];
  return {
    queue: QUEUE,
    concurrency: 4,
    handled,
    condemned,
    handle: (work) => {
      handled.push(work.id);
      return end(work);
    },
    handlePoison: async (work) => {
      condemned.push(...work.items);
      return end(work);
    },
  };
}

describe.each(queueBackends())('work on the $name backend', ({ redisUrl }) => {
  const postgres = usePostgres();
  let backend: QueueBackend;
  let publisher: Publisher;
  let running: { stop(): Promise<void> }[];

  beforeEach(async () => {
    await postgres.database().query('DELETE FROM push_work');
    backend = openQueueBackend({ redisUrl, databaseUrl: postgres.url(), prefix: `{t-${newUuid()}}`, logger });
    await eventually(() => backend.ping());
    publisher = new Publisher(backend, logger);
    running = [];
  });

  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await backend.close();
  });

  const settle = async (work: LeasedWork<Item>): Promise<WorkEnd> => {
    await store.remove(postgres.database(), work);
    return { end: 'settled', summary: {} };
  };

  function host(handler: WorkHandler<Item>, database: Database = postgres.database()): void {
    const workHost = new WorkHost({ database, store, backend, logger, metrics: createMetrics('test'), grace: 1_000 });
    workHost.start([handler]);
    running.push(workHost);
  }

  function offerLoop(): OfferLoop {
    const loop = new OfferLoop({
      database: postgres.database(),
      store,
      backend,
      publisher,
      queues: [QUEUE],
      logger,
      interval: 50,
    });
    loop.start();
    running.push(loop);
    return loop;
  }

  async function enqueueAs(id: Uuid, ...items: Item[]): Promise<NewWork> {
    const work: NewWork = { id, rootId: id, queue: QUEUE, lane: 'transactional', items };
    await store.enqueue(postgres.database(), [work]);
    return work;
  }

  const enqueue = (...items: Item[]): Promise<NewWork> => enqueueAs(newUuid(), ...items);

  /** With what has to stand behind other jobs. */
  async function waitingJobs(): Promise<number> {
    return backend.queue(QUEUE).getJobCountByTypes('waiting', 'prioritized');
  }

  async function makeDue(): Promise<void> {
    await postgres.database().query(`UPDATE push_work SET next_offer_at = now() - interval '1 s'`);
  }

  async function rows(): Promise<{ id: Uuid; claims: number; items: Item[]; offer: number }[]> {
    return (
      await postgres
        .database()
        .query<{ id: Uuid; claims: number; items: Item[]; offer: number }>('SELECT * FROM push_work')
    ).rows;
  }

  it('does a row whose job was published', async () => {
    const handler = notingHandler(settle);
    host(handler);
    const work = await enqueue({ name: 'a' });
    await publisher.publish(
      [{ id: work.id, offer: 0, queue: QUEUE, lane: 'transactional', appId: null, count: 1, delay: 0 }],
      'accept.publish',
    );
    await eventually(() => expect(handler.handled).toEqual([work.id]));
    await eventually(async () => expect(await rows()).toEqual([]));
  });

  it('offers a row whose job was never published', async () => {
    const handler = notingHandler(settle);
    host(handler);
    const work = await enqueue({ name: 'lost' });
    await makeDue();
    offerLoop();
    await eventually(() => expect(handler.handled).toEqual([work.id]));
  });

  it("does a dead worker's row before the rows that already wait", async () => {
    const waiting = await Promise.all(Array.from({ length: 5 }, (_, index) => enqueue({ name: `waits-${index}` })));
    await publisher.publish(
      waiting.map(({ id }) => ({ id, offer: 0, queue: QUEUE, lane: 'transactional', appId: null, count: 1, delay: 0 })),
      'accept.publish',
    );
    const begun = await enqueue({ name: 'begun' });
    await store.claim(postgres.database(), begun.id);
    await postgres
      .database()
      .query(`UPDATE push_work SET lease_until = now() - interval '1 s', next_offer_at = now() WHERE id = $1`, [
        begun.id,
      ]);
    // A queue without an epoch is thought to have lost its jobs.
    await backend.beginEpoch(QUEUE);
    offerLoop();
    await eventually(async () => expect(await backend.queue(QUEUE).getWaitingCount()).toBe(6));
    const handler = { ...notingHandler(settle), concurrency: 1 };
    host(handler);
    await eventually(() => expect(handler.handled).toHaveLength(6));
    expect(handler.handled[0]).toBe(begun.id);
  });

  it('does what has just come before the backlog that a standstill has left', async () => {
    const minuteAgo = Date.now() - 60_000;
    const backlog = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        enqueueAs(uuidFromTimeAndTail(minuteAgo, randomBytes(16)), { name: `held-${index}` }),
      ),
    );
    await postgres.database().query('UPDATE push_work SET offer = 2, next_offer_at = now()');
    offerLoop();
    await eventually(async () => expect(await waitingJobs()).toBe(5));
    const [fresh, handedBack] = [await enqueue({ name: 'fresh' }), await enqueue({ name: 'handed back' })];
    await publisher.publish([firstOffer(fresh)], 'accept.publish');
    await eventually(async () => expect(await waitingJobs()).toBe(6));
    await postgres
      .database()
      .query('UPDATE push_work SET offer = 1, next_offer_at = now() WHERE id = $1', [handedBack.id]);
    await eventually(async () => expect(await waitingJobs()).toBe(7));
    const handler = { ...notingHandler(settle), concurrency: 1 };
    host(handler);
    await eventually(() => expect(handler.handled).toHaveLength(7));
    expect(handler.handled.slice(0, 2)).toEqual([fresh.id, handedBack.id]);
    expect(handler.handled.slice(2).toSorted()).toEqual(backlog.map(({ id }) => id).toSorted());
  });

  it('offers nothing again that only waits in a backlog, and what was lost in it', async () => {
    const dueFor = async (work: NewWork, seconds: number): Promise<void> => {
      await postgres
        .database()
        .query(`UPDATE push_work SET due_at = now() - $2 * interval '1 s', next_offer_at = now() WHERE id = $1`, [
          work.id,
          seconds,
        ]);
    };
    const next = await enqueue({ name: 'next' });
    await publisher.publish(
      [{ id: next.id, offer: 0, queue: QUEUE, lane: 'transactional', appId: null, count: 1, delay: 0 }],
      'accept.publish',
    );
    await dueFor(next, 60);
    const [behind, lost] = [await enqueue({ name: 'behind' }), await enqueue({ name: 'lost' })];
    const loop = offerLoop();
    await eventually(async () => expect(await backend.queue(QUEUE).getWaitingCount()).toBe(2));
    await dueFor(behind, 30);
    await dueFor(lost, 90);
    await eventually(async () => expect((await rows()).find(({ id }) => id === lost.id)?.offer).toBe(1));
    const seen = loop.lastRoundAt!;
    await eventually(() => loop.lastRoundAt! > seen);
    const offers = new Map((await rows()).map(({ id, offer }) => [id, offer]));
    expect(offers.get(behind.id)).toBe(0);

    // What was handed back waits for its own time, not for that of the queue.
    await postgres.database().query('UPDATE push_work SET offer = 3, next_offer_at = now() WHERE id = $1', [behind.id]);
    await eventually(async () => expect((await rows()).find(({ id }) => id === behind.id)?.offer).toBe(4));
  });

  it('does a row once when its job comes three times', async () => {
    const handler = notingHandler(settle);
    const work = await enqueue({ name: 'once' });
    const offers = [0, 1, 2].map((offer) => ({
      id: work.id,
      offer,
      queue: QUEUE,
      lane: 'transactional' as const,
      appId: null,
      count: 1,
      delay: 0,
    }));
    await publisher.publish(offers, 'accept.publish');
    host(handler);
    await eventually(async () => {
      const completed = await backend.queue(QUEUE).getCompleted();
      expect(completed.filter((job) => (job.data as { work: Uuid }).work === work.id)).toHaveLength(3);
    });
    expect(handler.handled).toEqual([work.id]);
  });

  it('gives a row with a dead holder to somebody else once the lease is over', async () => {
    const work = await enqueue({ name: 'orphan' });
    await store.claim(postgres.database(), work.id);
    await postgres
      .database()
      .query(`UPDATE push_work SET lease_until = now() + interval '300 ms', next_offer_at = now() + interval '300 ms'`);
    const handler = notingHandler(settle);
    host(handler);
    offerLoop();
    await eventually(() => expect(handler.handled).toEqual([work.id]));
  });

  it.each(['before it was claimed', 'after it was claimed, and before the worker heard so'])(
    'does a row at once when the database went away %s',
    async (when) => {
      const handler = notingHandler(settle);
      const database = postgres.database();
      let failures = 2;
      host(handler, {
        ...database,
        async query(text, params) {
          if (!text.includes('claims = claims +') || failures === 0) return database.query(text, params);
          failures -= 1;
          if (when.startsWith('after')) await database.query(text, params);
          throw new DatabaseUnreachable(new Error('connection lost'));
        },
      });
      const work = await enqueue({ name: 'a' });
      await publisher.publish([firstOffer(work)], 'accept.publish');
      // Not the next offer, 10 s later, nor the end of the lease, after 15 s.
      await eventually(() => expect(handler.handled).toEqual([work.id]), { within: 5_000 });
      expect(failures).toBe(0);
    },
  );

  it('hands a row back as soon as its database answers again, and not when the lease ends', async () => {
    let failures = 2;
    let begun = false;
    const handler = notingHandler(async (work) => {
      if (begun) return settle(work);
      begun = true;
      throw new DatabaseUnreachable(new Error('connection lost'));
    });
    const database = postgres.database();
    host(handler, {
      ...database,
      async query(text, params) {
        if (!text.includes('lease_token = NULL') || failures === 0) return database.query(text, params);
        failures -= 1;
        throw new DatabaseUnreachable(new Error('connection lost'));
      },
    });
    const work = await enqueue({ name: 'a' });
    await publisher.publish([firstOffer(work)], 'accept.publish');
    offerLoop();
    // Two seconds of its own, and a lease would be fifteen.
    await eventually(() => expect(handler.handled).toEqual([work.id, work.id]), { within: 8_000 });
    expect(failures).toBe(0);
  }, 15_000);

  it('hands a released row back after its delay and burns no claim', async () => {
    let first = true;
    const handler = notingHandler(async (work) => {
      if (!first) return settle(work);
      first = false;
      return { end: 'release', delay: 200, reason: 'hold' };
    });
    host(handler);
    const work = await enqueue({ name: 'held' });
    await makeDue();
    offerLoop();
    await eventually(() => expect(handler.handled).toEqual([work.id, work.id]));
    await eventually(async () => expect(await rows()).toEqual([]));
  });

  it('keeps the claim of a row whose handler threw, and shows the job as failed', async () => {
    const failedBefore = await backend.queue(QUEUE).getFailedCount();
    const handler = notingHandler(() => Promise.reject(new RangeError('a bug')));
    host(handler);
    await enqueue({ name: 'bug' });
    await makeDue();
    offerLoop();
    await eventually(async () => expect(await backend.queue(QUEUE).getFailedCount()).toBe(failedBefore + 1));
    expect((await rows()).map((row) => row.claims)).toEqual([1]);
  });

  it('lets nothing more begin under the lease of a handler that threw while a part of it runs on', async () => {
    const handler = notingHandler(settle);
    let lease: Lease | undefined;
    handler.handle = (_work, mine) => {
      lease = mine;
      return Promise.reject(new RangeError('one of many'));
    };
    host(handler);
    await enqueue({ name: 'half done' });
    await makeDue();
    offerLoop();
    await eventually(() => expect(lease?.mayBegin()).toBe(false));
  });

  it('halves a row that kills its workers until the deadly item stands alone', async () => {
    const handler = notingHandler(settle);
    const names = ['a', 'b', 'deadly', 'd'];
    await enqueue(...names.map((name) => ({ name })));
    // What a killed worker leaves behind: a claim, and a lease that runs out.
    handler.handle = async (work) => {
      if (!work.items.some((item) => item.name === 'deadly')) return settle(work);
      await postgres
        .database()
        .query(`UPDATE push_work SET lease_until = now(), next_offer_at = now() WHERE id = $1`, [work.id]);
      return { end: 'lost' };
    };
    host(handler);
    await makeDue();
    offerLoop();
    await eventually(() => expect(handler.condemned).toEqual([{ name: 'deadly' }]), { within: 20_000 });
    await eventually(async () => expect(await rows()).toEqual([]));
  }, 30_000);

  it('keeps its jobs while its database is away instead of rushing through the queue, and says so once', async () => {
    const nowhere = openDatabase({ url: 'postgres://127.0.0.1:1/nowhere', name: 'away', onIdleError: () => undefined });
    const said: string[] = [];
    const told = createLogger('test', 'warn', { write: (line) => said.push(line) });
    const ids = Array.from({ length: 50 }, () => newUuid());
    await publisher.publish(
      ids.map((id) => ({ id, offer: 0, queue: QUEUE, lane: 'transactional', appId: null, count: 1, delay: 0 })),
      'accept.publish',
    );
    const failedBefore = await backend.queue(QUEUE).getFailedCount();
    const workHost = new WorkHost({
      database: nowhere,
      store,
      backend,
      logger: told,
      metrics: createMetrics('test'),
      grace: 200,
    });
    workHost.start([notingHandler(settle)]);
    running.push(workHost);
    await eventually(() => expect(said.join('')).toContain('the database does not answer'), { within: 20_000 });
    // Every slot keeps its job and asks again: nothing fails, and the rest of the queue stays where it is.
    await eventually(async () => expect(await backend.queue(QUEUE).getActiveCount()).toBe(4), { within: 20_000 });
    expect(await backend.queue(QUEUE).getFailedCount()).toBe(failedBefore);
    expect(said.filter((line) => line.includes('the database does not answer'))).toHaveLength(1);
    await workHost.stop();
    await nowhere.close();
  }, 30_000);

  it('refuses to start with two handlers for one queue', () => {
    const workHost = new WorkHost({
      database: postgres.database(),
      store,
      backend,
      logger,
      metrics: createMetrics('test'),
    });
    expect(() => workHost.start([notingHandler(settle), notingHandler(settle)])).toThrow('a queue has two handlers');
  });

  it('hands back what is still leased when it stops', async () => {
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handler = notingHandler(settle);
    let lease: Lease | undefined;
    handler.handle = async (work, mine) => {
      lease = mine;
      await stuck;
      return settle(work);
    };
    const workHost = new WorkHost({
      database: postgres.database(),
      store,
      backend,
      logger,
      metrics: createMetrics('test'),
      grace: 200,
    });
    workHost.start([handler]);
    await enqueue({ name: 'slow' });
    await makeDue();
    const offers = offerLoop();
    await eventually(() => expect(lease?.mayBegin()).toBe(true));
    // It would offer what is handed back at once, and so move its due time.
    await offers.stop();
    await workHost.stop();
    // Somebody else may have the row from here on: what is left of the handler must not send beside them.
    expect(lease?.mayBegin()).toBe(false);
    const { rows: left } = await postgres
      .database()
      .query('SELECT claims FROM push_work WHERE lease_token IS NULL AND next_offer_at <= now()');
    expect(left).toEqual([{ claims: 0 }]);
    release();
  });
});
