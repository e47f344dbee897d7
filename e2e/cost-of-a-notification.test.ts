import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canStartRedis } from '@signalbox/testing';
import { type CountedPush, startCountedPush, USERS } from './cost/counted-push.js';
import type { Jobs } from './cost/jobs.js';
import { type Cost, Meter } from './cost/meter.js';
import { dueOnTheWay, SETTLED_ALREADY } from './cost/statements.js';

/** The first of many goes alone, since it waits for nobody; the others come meanwhile, and 256 of them share a commit. */
const MOST_ACCEPTS = 1 + Math.ceil((USERS - 1) / 256);
/** A queue for what is routed, and one for what goes to Apple. */
const WORKERS = 2;

/** A work row is made, claimed and deleted, whatever is in it; one that is handed on is made with its claim. */
const workRows = ({ made, handedOn }: { made: number; handedOn: number }) => ({
  'insert push_work': made,
  'update push_work': made - handedOn,
  'delete push_work': made,
});

/**
 * To add a job, to end it, and to look for another when it was taken and after each wait; for each row that is routed, whether the queue
 * of its sends is paused. A worker may have ended a wait, and have a look to do, when counting begins.
 */
const mostCommands = ({ added, completed, waits }: Jobs, routes: number) =>
  added + 2 * completed + waits + routes + 2 * WORKERS;

const canRun = canStartRedis();

/**
 * What the way of a notification costs in rows, statements and Redis commands: counted, since times differ from machine to machine.
 * Whoever makes it cost something else changes docs/performance.md, too. All figures are exact, but two that depend on what comes at
 * the same time: how many outcomes share a commit, and how often a worker waits for a job.
 */
(canRun ? describe : describe.skip)(
  `what a notification costs${canRun ? '' : ' (skipped: there is no redis-server on PATH)'}`,
  () => {
    let push: CountedPush;
    let meter: Meter;
    let accepted: Cost;

    beforeAll(async () => {
      push = await startCountedPush(async (database, redisUrl) => {
        meter = await Meter.open(database, redisUrl);
      });
      await meter.untilStarted(push.processes);
      // With the first, keys are opened, scripts are loaded and Apple is connected to.
      await sendOne('warm-up');
      await meter.untilDone();
    }, 60_000);
    afterAll(async () => {
      await meter.close();
      await push.stop();
    }, 30_000);

    const notification = (user: number) => ({ to: { userId: `user-${user}` }, content: { body: 'hello' } });
    const sendOne = (key?: string) =>
      push.post('/v1/notifications', notification(0), key === undefined ? {} : { 'idempotency-key': key });

    it.each([
      { how: 'with an idempotency key', key: 'order-1', keys: { 'insert idem': 1 } },
      { how: 'without a key', key: undefined, keys: {} },
    ])('one alone, $how, is two facts, a delivery and two work rows, in four commits', async ({ key, keys }) => {
      await meter.begin();
      await sendOne(key);
      const { rows, commits, statements, jobs } = await meter.untilDone();
      expect(rows).toEqual({
        ...keys,
        'insert event_log': 2,
        'insert delivery': 1,
        ...workRows({ made: 2, handedOn: 1 }),
      });
      expect(commits).toBe(4);
      expect(statements).toEqual(dueOnTheWay({ accepts: 1, routes: 1, sends: 0, records: 1 }));
      expect(jobs).toMatchObject({ added: 1, completed: 1 });
      expect(jobs.commands).toBeLessThanOrEqual(mostCommands(jobs, 1));
    });

    it(`to accept ${USERS} at once is a fact and a key for each; a work row, a statement and a job are for hundreds`, async () => {
      push.worker.pause();
      await meter.begin();
      const line = (user: number) => ({ ...notification(user), idempotencyKey: `burst-${user}` });
      const notifications = Array.from({ length: USERS }, (_, user) => line(user));
      const answer = await push.post('/v1/notifications/batch', { notifications });
      expect(answer.results.filter(({ status }: { status: string }) => status === 'accepted')).toHaveLength(USERS);
      accepted = await meter.untilQueued();
      const { rows, commits: accepts, statements, jobs } = accepted;
      expect(accepts).toBeLessThanOrEqual(MOST_ACCEPTS);
      expect(rows).toEqual({ 'insert event_log': USERS, 'insert idem': USERS, 'insert push_work': accepts });
      expect(statements).toEqual(dueOnTheWay({ accepts, routes: 0, sends: 0, records: 0 }));
      expect(jobs).toMatchObject({ added: accepts, completed: 0, commands: accepts });
    });

    it('to deliver them is a delivery and a fact for each; work rows, statements and jobs are for hundreds', async () => {
      // What was accepted together is routed together, and what goes from one app to one provider is sent together.
      const routes = accepted.commits;
      // There is a place for each of them in the process that routes.
      const sends = 0;
      await meter.begin();
      push.worker.resume();
      const { rows, commits, records, statements, jobs } = await meter.untilDone();
      expect(rows).toEqual({
        'insert event_log': USERS,
        'insert delivery': USERS,
        ...workRows({ made: 2 * routes, handedOn: routes }),
        'insert push_work': routes,
      });
      expect(commits).toBe(2 * routes + records);
      // Hundreds at once on a busy machine: a row may lie for more than a quarter of a second, and then it is looked at anew.
      const readAgain = statements[SETTLED_ALREADY] ?? 0;
      expect(readAgain).toBeLessThanOrEqual(routes);
      expect(statements).toEqual(dueOnTheWay({ accepts: 0, routes, sends, records, readAgain }));
      // An outcome waits five milliseconds for others. How many come in that time is the machine's; alone, each would be a commit.
      expect(records).toBeLessThan(USERS / 10);
      expect(jobs).toMatchObject({ added: sends, completed: routes + sends });
      expect(jobs.commands).toBeLessThanOrEqual(mostCommands(jobs, routes));
    });
  },
);
