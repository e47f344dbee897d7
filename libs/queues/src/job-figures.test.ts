import { describe, expect, it } from '@jest/globals';
import { QUEUES } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres, useRedis } from '@signalbox/testing';
import { JobCounter } from './job-counter.js';
import { jobFigures } from './job-figures.js';
import { openQueueBackend } from './open-queue-backend.js';

const QUEUE = QUEUES.routeBulk;

describe.each(queueBackends())("BullMQ's figures, with queues on $name", ({ redisUrl }) => {
  const postgres = usePostgres();
  useRedis();

  it('have the names that dashboards for BullMQ ask for', async () => {
    const logger = createLogger('test', 'silent');
    const backend = openQueueBackend({ redisUrl, databaseUrl: postgres.url(), prefix: '{figures}', logger });
    const metrics = createMetrics('push');
    const counter = new JobCounter(metrics);
    jobFigures(backend, [QUEUE], metrics);
    const read = () => metrics.registry.metrics();
    try {
      await eventually(() => backend.ping());
      const worker = backend.worker(
        QUEUE,
        ({ name }) => (name === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve()),
        {
          concurrency: 1,
        },
      );
      counter.watch(worker, QUEUE);
      await worker.waitUntilReady();
      const none = await read();
      expect(none).toContain(`bullmq_job_completed_total{queue="${QUEUE}",service="push"} 0`);
      expect(none).toContain(`bullmq_job_count{queue="${QUEUE}",state="waiting",service="push"} 0`);
      await backend.queue(QUEUE).add('good', {});
      await backend.queue(QUEUE).add('bad', {});
      await backend.queue(QUEUE).add('later', {}, { delay: 3_600_000 });
      await eventually(async () => {
        const text = await read();
        expect(text).toContain(`bullmq_job_completed_total{queue="${QUEUE}",service="push"} 1`);
        expect(text).toContain(`bullmq_job_failed_total{queue="${QUEUE}",service="push"} 1`);
        expect(text).toContain(`bullmq_job_count{queue="${QUEUE}",state="delayed",service="push"} 1`);
      });
    } finally {
      await backend.close();
    }
  }, 30_000);
});

it('are missing, and keep nobody waiting, while the queues are away', async () => {
  const metrics = createMetrics('push');
  const logger = createLogger('test', 'silent');
  const backend = openQueueBackend({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: '{figures}', logger });
  try {
    jobFigures(backend, [QUEUE], metrics);
    const asked = performance.now();
    const text = await metrics.registry.metrics();
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect(text).toContain('# TYPE bullmq_job_count gauge');
    expect(text).not.toContain('bullmq_job_count{');
  } finally {
    await backend.close();
  }
});
