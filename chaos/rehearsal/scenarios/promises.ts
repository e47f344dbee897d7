import { setTimeout as lasting } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { COMMIT_AS_USUAL, COMMIT_SLOWLY, REFUSE_WRITES, TAKE_WRITES } from './promises.queries.ts';
import { untilOnTime } from './providers-well.ts';

/** The four promises that are measured. */
export const PROMISES: readonly Scenario[] = [
  {
    name: 'postgres-read-only',
    what: 'Postgres takes no writes, as a copy after a failover does',
    must: ['AcceptAvailabilityBurnsFast', 'AcceptAvailabilityBurnsSlow'],
    may: [],
    async strike(stage) {
      await configure(stage, REFUSE_WRITES);
      return async () => {
        await configure(stage, TAKE_WRITES);
        await untilOnTime(stage);
      };
    },
  },
  {
    name: 'slow-commits',
    what: 'Postgres is slow to commit',
    must: ['AcceptLatencyBurnsFast', 'AcceptLatencyBurnsSlow'],
    may: [],
    async strike(stage) {
      await configure(stage, COMMIT_SLOWLY);
      return async () => {
        await configure(stage, COMMIT_AS_USUAL);
        await untilOnTime(stage);
      };
    },
  },
  {
    name: 'slow-provider',
    what: 'Apple takes six seconds for each request, and more is sent than there is room for',
    must: ['WorkStartBurnsFast', 'WorkStartBurnsSlow'],
    may: [],
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { latencyMs: 6_000 });
      // As many at once as wait for one turn and more; what follows keeps the room full.
      await Promise.all(Array.from({ length: 60 }, () => stage.send()));
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await untilOnTime(stage);
      };
    },
  },
  {
    name: 'expired',
    what: 'Apple cannot do a third of what it is asked, and messages live for a second',
    must: ['DeliveryBurnsFast', 'DeliveryBurnsSlow'],
    may: [],
    async strike(stage, over) {
      await stage.control('PUT', '/v1/apns/behaviour', { status: 500, retryAfter: 1, share: 0.3 });
      const sending = sendShortLived(stage, over);
      return async () => {
        await sending;
        await stage.control('DELETE', '/v1/apns/behaviour');
        await untilOnTime(stage);
      };
    },
  },
];

async function configure(stage: Stage, statements: readonly string[]): Promise<void> {
  await stage.database(async (connection) => {
    // One by one: what changes the server's settings may stand in no transaction.
    for (const statement of statements) await connection.query(statement);
  });
}

async function sendShortLived(stage: Stage, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await stage.send({ options: { ttlSeconds: 1 } });
    await lasting(250);
  }
}
