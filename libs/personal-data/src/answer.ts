import { parseId, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { type LoggedEvent, runConsumer } from '@signalbox/event-log';
import { atCrashPoint, Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { Holding, Person } from './holding.js';
import { TAKE_UP } from './step.queries.js';
import { takeSlice } from './take-slice.js';

const POLL_MS = 500;
/** For slices that were put off, or left by a process that died; one that was asked for now begins at once. */
const LOOK_EVERY_MS = 2_000;

export interface AnswerOptions {
  readonly service: string;
  readonly database: Database;
  readonly envelope: Envelope;
  /** Where this service holds personal data, in the order in which it is collected and erased. */
  readonly holdings: readonly Holding[];
  /** Other names of the user here, by which its holdings find things after others of them are gone; none unless told. */
  readonly alsoKnownAs?: (sql: Sql, person: Omit<Person, 'knownAs'>) => Promise<readonly string[]>;
  readonly logger: Logger;
}

/** A service's part in requests for users' data. */
export interface PersonalDataAnswers {
  start(): void;
  /** The slice under way is finished; the rest is taken up by whoever starts next. */
  stop(): Promise<void>;
}

/**
 * Follows the feed for requests and does this service's part of each, slice by slice: with a note of where to go on in the same
 * transaction, so that who is killed at any point loses nothing and repeats nothing. Processes of a service share the work.
 *
 * It reads the feed from its beginning, so that a service that starts for the first time owes what was asked before.
 */
export function answerPersonalDataRequests(options: AnswerOptions): PersonalDataAnswers {
  const { service, database, logger, alsoKnownAs = () => Promise.resolve([]) } = options;
  const parts = { ...options, alsoKnownAs };
  const stopping = new AbortController();
  const complain = atMostOnceAMinute((error: unknown, keptBack: number) =>
    logger.warn({ err: error, keptBack }, 'a part of a request for personal data failed; it is tried again'),
  );
  const working = new Chore(LOOK_EVERY_MS, async (signal) => {
    try {
      while (!signal.aborted && (await takeSlice(parts, complain)));
    } catch (error) {
      complain(error);
    }
  });
  let following: Promise<void> = Promise.resolve();
  return {
    start() {
      following = runConsumer({
        database,
        name: `${service}.personal-data`,
        startFrom: 'beginning',
        types: ['user.erasure_requested', 'user.export_requested'],
        pollMs: POLL_MS,
        signal: stopping.signal,
        handle: async (tx, events) => {
          await atCrashPoint('personal-data.take', () => takeUp(tx, service, events));
          return () => working.soon();
        },
        onError: complain,
      });
      working.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all([following, working.stop()]);
    },
  };
}

async function takeUp(tx: Sql, service: string, events: readonly LoggedEvent[]): Promise<void> {
  const requests = events
    .map(({ data }) => parseId('dataRequest', String(data['requestId'])))
    .filter((id): id is Uuid => id !== undefined);
  await tx.query(TAKE_UP, [requests, service]);
}
