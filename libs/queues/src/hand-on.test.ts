import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES, type QueueName, type Uuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres } from '@signalbox/testing';
import type { HandOn } from './hand-on.js';
import { OfferLoop } from './offer-loop.js';
import { openQueueBackend } from './open-queue-backend.js';
import { Publisher } from './publisher.js';
import type { QueueBackend } from './queue-backend.js';
import { WorkHost, type WorkEnd, type WorkHandler } from './work-host.js';
import { firstOffer, WorkStore } from './work-store.js';
import type { LeasedWork, NewWork } from './work.js';

const [ROUTES, SENDS] = [QUEUES.routeTransactional, QUEUES.apnsTransactional];
const logger = createLogger('test', 'silent');
const store = new WorkStore('push_work');

describe.each(queueBackends())('work that is handed on, on the $name backend', ({ redisUrl }) => {
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
    await backend.queue(SENDS).resume();
    await backend.queue(SENDS).removeGlobalConcurrency();
    await Promise.all(running.map((each) => each.stop()));
    await backend.close();
  });

  const workOf = (queue: QueueName): NewWork => {
    const id = newUuid();
    return { id, rootId: id, queue, lane: 'transactional', items: [1] };
  };
  const rows = async () =>
    (await postgres.database().query<{ id: Uuid; claims: number }>('SELECT id, claims FROM push_work')).rows;
  const freeRows = async () =>
    (
      await postgres
        .database()
        .query<{ id: Uuid; claims: number }>('SELECT id, claims FROM push_work WHERE lease_token IS NULL')
    ).rows;
  const jobOf = ({ id, queue }: NewWork) => backend.queue(queue).getJob(`${id}_0`);

  /** A handler that counts, and is let go by the test where it says so. */
  function handler(
    queue: QueueName,
    handle: (work: LeasedWork<number>) => Promise<unknown> = () => Promise.resolve(),
    concurrency = 2,
  ) {
    const handled: Uuid[] = [];
    const each: WorkHandler<number> = {
      queue,
      concurrency,
      async handle(work): Promise<WorkEnd> {
        handled.push(work.id);
        await handle(work);
        await store.remove(postgres.database(), work);
        return { end: 'settled', summary: {} };
      },
      handlePoison: () => Promise.reject(new Error('nothing is poison here')),
    };
    return { ...each, handled };
  }

  function start(one: WorkHandler<number>, grace = 5_000): WorkHost {
    const host = new WorkHost({
      database: postgres.database(),
      store,
      backend,
      logger,
      metrics: createMetrics('test'),
      grace,
    });
    host.start([one]);
    running.push(host);
    return host;
  }

  /** What one commit makes, once the backend has said which queues are open. */
  async function make(handing: HandOn, works: readonly NewWork[]): Promise<readonly NewWork[]> {
    const made = handing.lease(works);
    await publisher.publish(await store.enqueue(postgres.database(), made), 'route.publish');
    return made;
  }
  /** Handing on, by a process that has heard that nothing stands in the way of it. */
  const openHandOn = (host: WorkHost): Promise<HandOn> =>
    eventually(async () => {
      const handing = host.handOn([SENDS]);
      await handing.isKnown();
      const [probe] = handing.lease([workOf(SENDS)]);
      handing.giveBack();
      expect(probe?.lease).toBeDefined();
      return handing;
    });

  it('is begun without a job and a claim of its own, under a lease that the offer loop respects', async () => {
    const go = Promise.withResolvers<void>();
    const sends = handler(SENDS, () => go.promise);
    const host = start(sends);
    const handing = await openHandOn(host);
    const [made] = await make(handing, [workOf(SENDS)]);
    expect(await rows()).toEqual([{ id: made!.id, claims: 1 }]);
    expect(await store.claim(postgres.database(), made!.id)).toBeUndefined();
    handing.begin();
    await eventually(() => expect(sends.handled).toEqual([made!.id]));
    go.resolve();
    await eventually(async () => expect(await rows()).toEqual([]));
    expect(await jobOf(made!)).toBeUndefined();
  });

  it.each([
    ['paused', (queue: string) => backend.queue(queue).pause()],
    ['slowed down', (queue: string) => backend.queue(queue).setGlobalConcurrency(1)],
  ])('does not go past an operator who has %s its queue', async (_, restrain) => {
    const sends = handler(SENDS);
    const host = start(sends);
    await openHandOn(host);
    await restrain(SENDS);
    const handing = host.handOn([SENDS]);
    await handing.isKnown();
    const [made] = await make(handing, [workOf(SENDS)]);
    expect(made?.lease).toBeUndefined();
    expect(await jobOf(made!)).toBeDefined();
  });

  it('takes no place that a job waits for, and none beyond those that there are', async () => {
    const go = Promise.withResolvers<void>();
    const sends = handler(SENDS, () => go.promise);
    const host = start(sends);
    const handing = await openHandOn(host);
    const made = await make(handing, [workOf(SENDS), workOf(SENDS), workOf(SENDS)]);
    expect(made.map(({ lease }) => lease !== undefined)).toEqual([true, true, false]);
    handing.begin();
    // The third has a job, which waits until one of the others has ended.
    await eventually(async () => expect(await (await jobOf(made[2]!))?.getState()).toBe('active'));
    expect(sends.handled).toHaveLength(2);
    go.resolve();
    await eventually(() => expect(sends.handled).toHaveLength(3));
  });

  it('leaves a quarter of the places to jobs', async () => {
    const host = start(handler(SENDS, undefined, 4));
    const handing = await openHandOn(host);
    const made = await make(handing, [workOf(SENDS), workOf(SENDS), workOf(SENDS), workOf(SENDS)]);
    expect(made.map(({ lease }) => lease !== undefined)).toEqual([true, true, true, false]);
    handing.giveBack();
  });

  it('is made with a job when the backend was asked too long ago, as an operator may have paused the queue since', async () => {
    const host = start(handler(SENDS));
    const handing = await openHandOn(host);
    const askedAt = performance.now();
    await eventually(() => expect(performance.now() - askedAt).toBeGreaterThan(250));
    const [made] = await make(handing, [workOf(SENDS)]);
    expect(made?.lease).toBeUndefined();
    // Whoever can wait asks again.
    await handing.isKnown();
    expect(handing.lease([workOf(SENDS)])[0]?.lease).toBeDefined();
    handing.giveBack();
  });

  it('comes back when its process dies between the commit and the beginning', async () => {
    const sends = handler(SENDS);
    const host = start(sends);
    const handing = await openHandOn(host);
    const [made] = await make(handing, [workOf(SENDS)]);
    handing.giveBack();
    const { rows: leases } = await postgres
      .database()
      .query<{ inTime: boolean }>('SELECT lease_until > now() AND next_offer_at > now() AS "inTime" FROM push_work');
    expect(leases).toEqual([{ inTime: true }]);
    await postgres.database().query(`UPDATE push_work SET lease_until = now(), next_offer_at = now()`);
    const offers = { database: postgres.database(), store, backend, publisher, queues: [SENDS], logger, interval: 50 };
    const loop = new OfferLoop(offers);
    loop.start();
    running.push(loop);
    await eventually(() => expect(sends.handled).toEqual([made!.id]));
  });

  it('is waited for by a process that stops, which takes no more of it', async () => {
    const go = Promise.withResolvers<void>();
    const sends = handler(SENDS, () => go.promise);
    const host = start(sends);
    const handing = await openHandOn(host);
    const late = await openHandOn(host);
    await make(handing, [workOf(SENDS)]);
    handing.begin();
    const stopped = host.stop();
    expect(late.lease([workOf(SENDS)])[0]?.lease).toBeUndefined();
    go.resolve();
    await stopped;
    expect(await rows()).toEqual([]);
  });

  it('is handed back by a process that has stopped meanwhile, and not begun', async () => {
    const sends = handler(SENDS);
    const host = start(sends, 100);
    const handing = await openHandOn(host);
    const [made] = await make(handing, [workOf(SENDS)]);
    await host.stop();
    expect(await freeRows()).toEqual([]);
    handing.begin();
    await eventually(async () => expect(await freeRows()).toEqual([{ id: made!.id, claims: 0 }]));
    expect(sends.handled).toEqual([]);
  });

  it('lets no job that waits for its place begin when the process has stopped meanwhile', async () => {
    const go = Promise.withResolvers<void>();
    const sends = handler(SENDS, () => go.promise, 1);
    const host = start(sends, 100);
    const handing = await openHandOn(host);
    const [first, second] = await make(handing, [workOf(SENDS), workOf(SENDS)]);
    handing.begin();
    await eventually(async () => expect(await (await jobOf(second!))?.getState()).toBe('active'));
    await host.stop();
    go.resolve();
    await eventually(async () => expect(await (await jobOf(second!))?.getState()).toBe('completed'));
    expect(sends.handled).toEqual([first!.id]);
    expect(await freeRows()).toContainEqual({ id: second!.id, claims: 0 });
  });

  it('ends nothing and makes nothing where an item was taken out of the row that it follows from', async () => {
    const parent = workOf(ROUTES);
    await store.enqueue(postgres.database(), [parent]);
    const leased = (await store.claim<number>(postgres.database(), parent.id))!;
    await postgres.database().query(`UPDATE push_work SET items = '[2]'`);
    expect(await store.replace(postgres.database(), leased, [workOf(SENDS)])).toBeUndefined();
    expect(await rows()).toEqual([{ id: parent.id, claims: 1 }]);
    await postgres.database().query(`UPDATE push_work SET items = '[1]'`);
    const child = workOf(SENDS);
    expect(await store.replace(postgres.database(), leased, [child])).toEqual([firstOffer(child)]);
    expect(await rows()).toEqual([{ id: child.id, claims: 0 }]);
  });
});
