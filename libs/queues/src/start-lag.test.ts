import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES } from '@signalbox/contracts';
import { createLogger, createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import { openQueueBackend } from './open-queue-backend.js';
import { Publisher } from './publisher.js';
import type { QueueBackend } from './queue-backend.js';
import { WorkHost, type WorkEnd } from './work-host.js';
import { firstOffer, WorkStore } from './work-store.js';
import type { LeasedWork } from './work.js';

const QUEUE = QUEUES.routeTransactional;
const logger = createLogger('test', 'silent');
const store = new WorkStore('push_work');

describe('how late work was begun', () => {
  const postgres = usePostgres();
  let backend: QueueBackend;
  let host: WorkHost;
  let metrics: Metrics;
  const ends: ((work: LeasedWork) => Promise<WorkEnd>)[] = [];

  beforeEach(() => {
    metrics = createMetrics('test');
    backend = openQueueBackend({ redisUrl: undefined, databaseUrl: postgres.url(), prefix: 't', logger });
    host = new WorkHost({ database: postgres.database(), store, backend, logger, metrics });
    const handle = (work: LeasedWork): Promise<WorkEnd> => ends.shift()!(work);
    host.start([{ queue: QUEUE, concurrency: 1, handle, handlePoison: handle }]);
  });
  afterEach(async () => {
    await host.stop();
    await backend.close();
  });

  /** Rows that were begun within so many seconds. */
  async function begun(le: string): Promise<number | undefined> {
    const name = 'work_start_lag_seconds';
    const { values } = await metrics.registry.getSingleMetric(name)!.get();
    const labels = { queue: QUEUE, le };
    return values.find((each) => Object.entries(labels).every(([label, value]) => `${each.labels[label]}` === value))
      ?.value;
  }

  it('is known to be nothing before there was any', async () => {
    expect(await begun('+Inf')).toBe(0);
  });

  it('counts from when it was due, and once, although it was handed back before', async () => {
    const id = newUuid();
    const work = { id, rootId: id, queue: QUEUE, lane: 'transactional', items: [1] } as const;
    await store.enqueue(postgres.database(), [work]);
    await postgres.database().query(`UPDATE push_work SET due_at = now() - interval '7 s'`);
    ends.push(
      async () => ({ end: 'release', delay: 0, reason: 'bulkhead' }),
      async (leased) => {
        await store.remove(postgres.database(), leased);
        return { end: 'settled', summary: {} };
      },
    );
    const publisher = new Publisher(backend, logger);
    await publisher.publish([firstOffer(work)], 'accept.publish');
    await eventually(() => expect(ends).toHaveLength(1));
    await publisher.publish([{ ...firstOffer(work), offer: 1 }], 'accept.publish');
    await eventually(async () => expect(await begun('+Inf')).toBe(1));
    expect(await begun('5')).toBe(0);
    expect(await begun('15')).toBe(1);
  });
});
