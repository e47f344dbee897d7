import { randomBytes } from 'node:crypto';
import { firstUuidAt, formatId, newUuid, type QueueName, QUEUES } from '@signalbox/contracts';
import { eventually } from '@signalbox/process-control';
import { openQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { EVENT_LOG } from './work-event-log.ts';
import { ACCEPT_NOWHERE, AGE_WORK, FORGET_EVENT } from './work.queries.ts';

/** Whose phone resets each connection after it has heard what was to be said. */
const UNLUCKY = 'unlucky';
const PHONE = '/v1/devices/unlucky-phone';
const AT_MOST_ONCE = 'at-most-once';

/** What is owed, what was given up, and what must hold; the log of events. */
export const WORK: readonly Scenario[] = [
  {
    name: 'queues-paused',
    what: 'an operator has paused the queues of Apple, and what is in them waits for minutes and for an hour',
    atRest: true,
    must: ['WorkOverdue', 'BulkWorkOverdue'],
    may: [],
    async strike(stage) {
      const resume = await pause(stage, [QUEUES.apnsTransactional, QUEUES.apnsBulk]);
      await Promise.all([stage.send(), stage.send({ options: { priority: 'bulk' } })]);
      await age(stage, QUEUES.apnsTransactional, 120);
      await age(stage, QUEUES.apnsBulk, 3_600);
      return resume;
    },
  },
  {
    name: 'message-given-up',
    what: 'Apple breaks off before it says whether it took a message that may not come twice',
    // There has to have been half an hour in which there was no letter.
    factor: 60,
    calm: 33,
    must: ['DeadLettersGrow'],
    may: [],
    async strike(stage) {
      await stage.asApp('push', 'PUT', `/v1/categories/${AT_MOST_ONCE}`, { guarantee: AT_MOST_ONCE });
      await stage.asApp('push', 'PUT', PHONE, {
        ...{ userId: UNLUCKY, platform: 'ios', environment: 'sandbox', bundleId: 'com.example.app' },
        target: { kind: 'apns', token: `fa11fa11${randomBytes(28).toString('hex')}` },
      });
      await stage.send({ to: { userId: UNLUCKY }, options: { category: AT_MOST_ONCE } });
      return async () => {
        await stage.asApp('push', 'POST', '/v1/dead-letters/discard', { all: true, note: 'rehearsed' });
        await stage.asApp('push', 'DELETE', PHONE);
      };
    },
  },
  {
    name: 'accepted-and-nowhere',
    what: 'a notification was accepted, and its work is gone',
    must: ['InvariantBroken'],
    // Invariants are looked at when a process starts, and then each five minutes.
    may: ['ProcessDown', 'ServiceMissing'],
    async strike(stage) {
      const { push } = stage.services;
      const id = firstUuidAt(Date.now() - 120_000);
      const fact = [id, newUuid(), formatId('notification', id)];
      await stage.database((connection) => connection.query(ACCEPT_NOWHERE, fact));
      await push.restart();
      return async () => {
        await stage.database((connection) => connection.query(FORGET_EVENT, [id]));
        await push.restart();
      };
    },
  },
  ...EVENT_LOG,
];

/** As an operator does on the board. @returns what resumes them. */
async function pause(stage: Stage, queues: readonly QueueName[]): Promise<() => Promise<void>> {
  const backend = openQueueBackend({
    redisUrl: stage.redis.url,
    databaseUrl: stage.postgres.url(),
    prefix: stage.queuePrefix,
    logger: createLogger('operator', 'silent'),
  });
  await eventually(() => backend.ping());
  for (const queue of queues) await backend.queue(queue).pause();
  return async () => {
    for (const queue of queues) await backend.queue(queue).resume();
    await backend.close();
  };
}

/** Waits until there is work in the queue, and makes it due for so many seconds longer. */
async function age(stage: Stage, queue: QueueName, seconds: number): Promise<void> {
  await eventually(() =>
    stage.database(async (connection) => (await connection.query(AGE_WORK, [queue, seconds])).rowCount > 0),
  );
}
