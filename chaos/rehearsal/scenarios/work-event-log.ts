import { holdOpen } from '../hold-open.ts';
import type { Scenario } from '../scenario.ts';
import { forgetTomorrow } from '../../strike/postgres-faults.ts';
import { ALTER_REVOCATIONS, READ_WITHOUT_END } from './work.queries.ts';

const DAY_MS = 24 * 3_600_000;

/** The log of events, its partitions, and who reads what was committed. */
export const EVENT_LOG: readonly Scenario[] = [
  {
    name: 'migration-hangs',
    // Both rules compare with a minute, which passes.
    what: 'a transaction that alters the table of revocations does not end, for more than a minute',
    must: ['FeedHeldBack', 'RevocationsUnheard'],
    may: [],
    strike: (stage) => holdOpen(stage, ALTER_REVOCATIONS),
  },
  {
    name: 'partitions-missing',
    what: 'a reader without end keeps the partition of a day from being made, and rows of that day come',
    // One of them waits for three hours.
    factor: 300,
    atRest: true,
    must: ['DefaultPartitionRows', 'PartitionsLeft'],
    // Each five seconds a service looks at its clock: push may just then be a day ahead. Partitions are made when a process starts.
    may: ['ClockSkewed', 'ProcessDown', 'ServiceMissing'],
    async strike(stage) {
      const { postgres, services } = stage;
      await forgetTomorrow(postgres.url());
      const end = await holdOpen(stage, READ_WITHOUT_END);
      await stage.shiftClock(DAY_MS);
      await stage.asApp('push', 'PUT', '/v1/categories/tomorrow', { guarantee: 'at-least-once' });
      await stage.shiftClock(0);
      await services.events.restart();
      return async () => {
        await end();
        // With their first look both make what is missing, and move into it what came too early.
        await Promise.all([services.events, services.push].map((each) => each.restart()));
        await stage.untilPartitionsAreMade();
      };
    },
  },
];
