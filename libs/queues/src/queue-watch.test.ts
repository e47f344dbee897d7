import { describe, expect, it } from '@jest/globals';
import { QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import { openPostgresBackend } from './postgres-backend.js';

describe('workers of queues on Postgres', () => {
  const postgres = usePostgres();
  const open = () => openPostgresBackend(postgres.url(), createLogger('test', 'silent'));
  const jobs = 'bullmq.job';

  it('get a job of which they did not hear', async () => {
    const backend = open();
    const done: string[] = [];
    try {
      const worker = backend.worker(QUEUES.routeBulk, async (job) => void done.push(job.name), { concurrency: 1 });
      await worker.waitUntilReady();
      const queue = backend.queue(QUEUES.routeBulk);
      await queue.add('heard', {});
      await eventually(() => expect(done).toEqual(['heard']));
      // As if the notice had gone to a connection whose other end is gone.
      await postgres.database().query(
        `INSERT INTO ${jobs} SELECT (jsonb_populate_record(NULL::${jobs}, to_jsonb(job) || '{"id": "x", "name": "unheard", "state": "waiting",
           "finished_at_ms": null, "processed_at_ms": null}')).* FROM ${jobs} AS job`,
      );
      await eventually(() => expect(done).toEqual(['heard', 'unheard']), { within: 15_000 });
    } finally {
      await backend.close();
    }
  }, 30_000);

  it('take back the job of one that died', async () => {
    const [dead, alive] = [open(), open()];
    const done: string[] = [];
    try {
      const never = Promise.withResolvers<void>();
      const began = Promise.withResolvers<void>();
      const work = () => (began.resolve(), never.promise);
      await dead.worker(QUEUES.routeTransactional, work, { concurrency: 1 }).waitUntilReady();
      await dead.queue(QUEUES.routeTransactional).add('left', {});
      await began.promise;
      await dead.close();
      await postgres.database().query(`UPDATE ${jobs} SET locked_until_ms = 1 WHERE state = 'active'`);
      alive.worker(QUEUES.routeTransactional, async (job) => void done.push(job.name), { concurrency: 1 });
      await eventually(() => expect(done).toEqual(['left']), { within: 25_000 });
    } finally {
      await alive.close();
    }
  }, 40_000);

  it('leave nothing behind that would keep the process when they are closed', async () => {
    const before = timers();
    const backend = open();
    try {
      await backend.worker(QUEUES.apnsBulk, () => Promise.resolve(), { concurrency: 1 }).waitUntilReady();
      // The server has other databases, whose workers listen to queues of the same name.
      const listens = `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = $1 AND query LIKE '%LISTEN bullmq_jobs%'`;
      await eventually(async () => {
        expect((await postgres.database().query(listens, [QUEUES.apnsBulk])).rowCount).toBe(1);
      });
      expect(timers()).toBeGreaterThan(before);
    } finally {
      await backend.close();
    }
    await eventually(() => expect(timers()).toBeLessThanOrEqual(before));
  });
});

/** Those that keep the process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
