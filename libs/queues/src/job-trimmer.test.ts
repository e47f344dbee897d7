import { describe, expect, it } from '@jest/globals';
import { QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import { openPostgresBackend } from './postgres-backend.js';

describe('queues on Postgres', () => {
  const postgres = usePostgres();

  it('keep the last thousand ended jobs for operators to look at, and no more', async () => {
    const backend = openPostgresBackend(postgres.url(), createLogger('test', 'silent'));
    try {
      const queue = backend.queue(QUEUES.routeBulk);
      await queue.addBulk(Array.from({ length: 1_100 }, (_, number) => ({ name: 'job', data: { number } })));
      backend.worker(QUEUES.routeBulk, () => Promise.resolve(), { concurrency: 16 });
      await eventually(async () => expect(await queue.getWaitingCount()).toBe(0), { within: 30_000 });
      await eventually(async () => expect(await queue.getCompletedCount()).toBe(1_000), { within: 15_000 });
      const [oldest] = await queue.getJobs(['completed'], 0, 0, true);
      expect((oldest?.data as { number: number }).number).toBeGreaterThan(50);
    } finally {
      await backend.close();
    }
  }, 60_000);
});
