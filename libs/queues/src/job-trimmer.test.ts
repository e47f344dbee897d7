import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import type { Queue } from 'bullmq';
import { JobTrimmer } from './job-trimmer.js';
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

describe('a queue in which no job ends any more', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is looked at every few minutes, since its jobs grow too old', async () => {
    const cleaned: unknown[] = [];
    const queue = {
      clean: async (...args: unknown[]) => void cleaned.push(args),
      getJobCountByTypes: async () => 0,
    } as unknown as Queue;
    const trimmer = new JobTrimmer(
      () => queue,
      (error) => expect(error).toBeUndefined(),
    );
    trimmer.add('silent');
    await jest.advanceTimersByTimeAsync(4 * 60_000);
    expect(cleaned).toEqual([]);
    await jest.advanceTimersByTimeAsync(2 * 60_000);
    expect(cleaned).toEqual([
      [3_600_000, 0, 'completed'],
      [7 * 24 * 3_600_000, 0, 'failed'],
    ]);
    await trimmer.stop();
  });
});
