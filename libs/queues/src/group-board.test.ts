import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEAD_QUEUE_NAMES, deadQueueOf, newUuid, PROVIDER_QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres } from '@signalbox/testing';
import { createPostgresBackend, withBackend, Worker, type PostgresConnectionOptions, type WorkerOptions } from 'bullmq';
import { jobIdOf, toDeadJob, type DeadGroup, type DeadGroupKey } from './dead-group.js';
import { GroupBoard } from './group-board.js';
import { openQueueBackend } from './open-queue-backend.js';
import { openQueuePool } from './postgres-pool.js';
import type { QueueBackend } from './queue-backend.js';

const QUEUE = PROVIDER_QUEUES.apnsTransactional;
const DEAD = deadQueueOf(QUEUE);
const logger = createLogger('test', 'silent');

const group = (more: Partial<DeadGroup> = {}): DeadGroup => ({
  queue: QUEUE,
  appId: newUuid(),
  credentialId: newUuid(),
  provider: 'apns',
  lane: 'transactional',
  reason: 'ServiceUnavailable',
  count: 3,
  oldestAt: new Date('2026-11-26T08:00:00Z'),
  answer: { status: 503, body: { reason: 'ServiceUnavailable' } },
  ...more,
});

describe.each(queueBackends())('the board of dead letters on the $name backend', ({ redisUrl }) => {
  const postgres = usePostgres();
  let backend: QueueBackend;
  let prefix: string;
  let boards: GroupBoard[];
  /** The open letters by group, as Postgres would have them. */
  let open: DeadGroup[];
  let replayed: DeadGroupKey[];

  beforeEach(async () => {
    prefix = `{t-${newUuid()}}`;
    backend = openQueueBackend({ redisUrl, databaseUrl: postgres.url(), prefix, logger });
    await eventually(() => backend.ping());
    await Promise.all(DEAD_QUEUE_NAMES.map((name) => backend.queue(name).obliterate({ force: true })));
    [boards, open, replayed] = [[], [], []];
  });

  afterEach(async () => {
    await Promise.all(boards.map((board) => board.stop()));
    await backend.close();
  });

  const replay = async (key: DeadGroupKey): Promise<object> => {
    replayed.push(key);
    const sent = open.filter((each) => jobIdOf(each) === jobIdOf(key));
    open = open.filter((each) => !sent.includes(each));
    return { replayed: sent.reduce((sum, each) => sum + each.count, 0), left: 0 };
  };

  function startBoard(more: { groups?: () => Promise<DeadGroup[]>; replay?: typeof replay } = {}): void {
    const groups = (): Promise<DeadGroup[]> => Promise.resolve(open);
    const database = postgres.database();
    const options = { backend, database, queues: [QUEUE], groups, replay, logger, interval: 20, ...more };
    const board = new GroupBoard(options);
    boards.push(board);
    board.start();
  }

  const failed = () => backend.queue(DEAD).getFailed();
  const shown = async (count: number) =>
    eventually(async () => {
      const jobs = await failed();
      expect(jobs).toHaveLength(count);
      return jobs;
    });

  it('shows a group as one failed job that says what the provider answered', async () => {
    const dead = group({ reason: 'crashes: the "worker"', answer: `${'é'.repeat(1_999)}😀` });
    open = [dead, group({ queue: PROVIDER_QUEUES.fcmBulk })];
    startBoard();
    const [job] = await shown(1);
    expect(job!.id).toMatch(/^dead_[0-9a-f]{32}$/);
    expect(job!.name).toMatch(/^crashes: the "worker" · apns · transactional · app_\w{26}$/);
    expect(job!.data).toMatchObject({ v: 1, count: 3, oldest: '2026-11-26T08:00:00.000Z', lane: 'transactional' });
    expect(job!.failedReason).toBe(`crashes: the "worker": ${'é'.repeat(1_999)}\uFFFD …`);
    expect(await backend.queue(deadQueueOf(PROVIDER_QUEUES.fcmBulk)).getJobs()).toEqual([]);
    expect(replayed).toEqual([]);
  });

  it('follows the groups: new counts, groups that are over, and jobs that somebody took away', async () => {
    const [growing, ending] = [group(), group({ credentialId: null })];
    open = [growing, ending];
    startBoard();
    await shown(2);
    open = [{ ...growing, count: 4 }];
    await eventually(async () => expect((await failed()).map((job) => job.data.count)).toEqual([4]));
    await backend.queue(DEAD).obliterate({ force: true });
    const [again] = await shown(1);
    expect([again!.id, again!.data.count]).toEqual([jobIdOf(growing), 4]);
    expect(replayed).toEqual([]);
  });

  it('replays a group at the press of Retry, and the job ends with what was done', async () => {
    const [wanted, other] = [group(), group({ reason: 'InternalServerError' })];
    open = [wanted, other];
    startBoard();
    const jobs = await shown(2);
    await jobs.find((job) => job.id === jobIdOf(wanted))!.retry('failed');
    await eventually(async () => {
      const [done] = await backend.queue(DEAD).getCompleted();
      expect([done?.id, done?.returnvalue]).toEqual([jobIdOf(wanted), { replayed: 3, left: 0 }]);
    });
    const { queue, appId, credentialId, reason } = wanted;
    expect(replayed).toEqual([{ queue, appId, credentialId, reason }]);
    expect((await shown(1)).map((job) => job.id)).toEqual([jobIdOf(other)]);
    // New letters of the same kind are something to press anew.
    open = [...open, { ...wanted, count: 1 }];
    expect((await shown(2)).map((job) => job.data.count).sort()).toEqual([1, 3]);
    expect(await backend.queue(DEAD).getCompletedCount()).toBe(0);
    expect(replayed).toHaveLength(1);
  });

  it('shows what a replay left over again, as something to press anew', async () => {
    open = [group({ count: 12_000 })];
    const some = async (key: DeadGroupKey): Promise<object> => {
      replayed.push(key);
      open = open.map((each) => ({ ...each, count: each.count - 10_000 }));
      return { replayed: 10_000 };
    };
    startBoard({ replay: some });
    await (await shown(1))[0]!.retry('failed');
    await eventually(async () => expect((await failed()).map((job) => job.data.count)).toEqual([2_000]));
    expect(replayed).toHaveLength(1);
  });

  it('keeps the job of a replay that failed, with the error, and tries again at the next Retry', async () => {
    open = [group()];
    let tries = 0;
    startBoard({
      replay: (key) => (++tries === 1 ? Promise.reject(new RangeError('the database is full')) : replay(key)),
    });
    await (await shown(1))[0]!.retry('failed');
    await eventually(async () => expect((await failed())[0]?.failedReason).toBe('the database is full'));
    await (await failed())[0]!.retry('failed');
    await eventually(() => expect(replayed).toHaveLength(1));
  });

  describe('when a worker dies with the job in its hands', () => {
    /** A worker that takes a job and is never heard of again; then its lock runs out and the job is given back. */
    async function dieWith(end: (worker: Worker) => Promise<void>): Promise<void> {
      const pool = openQueuePool(postgres.url());
      const options = { autorun: false, lockDuration: 50, stalledInterval: 20, maxStalledCount: 1_000 };
      const worker = redisUrl === undefined ? onPostgres(pool, options) : onRedis(redisUrl, options);
      try {
        await worker.waitUntilReady();
        await end(worker);
        await worker.startStalledCheckTimer();
        await eventually(async () => expect(await backend.queue(DEAD).getWaitingCount()).toBe(1));
      } finally {
        await worker.close(true);
        await pool.end();
      }
    }
    const onRedis = (url: string, options: Omit<WorkerOptions, 'connection'>): Worker =>
      new Worker(DEAD, null, { ...options, prefix, connection: { url, maxRetriesPerRequest: null } });
    const onPostgres = (pool: unknown, options: Omit<WorkerOptions, 'connection'>): Worker => {
      const { Worker: PostgresWorker } = withBackend(createPostgresBackend);
      const connection = pool as PostgresConnectionOptions;
      return new PostgresWorker(DEAD, null, { ...options, connection }) as unknown as Worker;
    };

    beforeEach(async () => {
      open = [group()];
      await backend.queue(DEAD).addBulk(open.map(toDeadJob));
    });

    it('lets a first run that comes again fail itself and replays nothing', async () => {
      await dieWith(async (worker) => {
        expect(await worker.getNextJob('dies')).toMatchObject({ attemptsMade: 0, attemptsStarted: 1 });
      });
      startBoard();
      const [job] = await shown(1);
      expect(job).toMatchObject({ attemptsMade: 1, attemptsStarted: 2, stalledCounter: 1 });
      expect(job!.failedReason).toContain('ServiceUnavailable: {"status":503');
      expect(replayed).toEqual([]);
    });

    it('carries out a Retry all the same', async () => {
      await dieWith(async (worker) => {
        const first = await worker.getNextJob('fails');
        await first.moveToFailed(new Error('the answer'), 'fails');
        await first.retry('failed');
        expect(await worker.getNextJob('dies')).toMatchObject({ attemptsMade: 1, attemptsStarted: 2 });
      });
      startBoard();
      await eventually(() => expect(replayed).toHaveLength(1));
      await eventually(async () => expect(await backend.queue(DEAD).getCompletedCount()).toBe(1));
    });
  });

  it('is drawn by one process at a time, and by the other when the first is gone', async () => {
    let [inside, most, rounds] = [0, 0, 0];
    const look = (): Promise<DeadGroup[]> =>
      postgres.database().transaction(async (tx) => {
        most = Math.max(most, ++inside);
        await tx.query('SELECT pg_sleep(0.01)');
        inside -= 1;
        rounds += 1;
        return open;
      });
    startBoard({ groups: look });
    startBoard({ groups: look });
    await eventually(() => expect(rounds).toBeGreaterThan(10));
    expect(most).toBe(1);
    await boards[0]!.stop();
    open = [group()];
    await shown(1);
  });
});
