import { queuesOf } from '@signalbox/contracts';
import { inSlices, type Database } from '@signalbox/database';
import { WorkGauges } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { PURGE_PAST_EMAILS } from '../accounts/email-undo/past-email.queries.js';
import { PURGE_BUCKETS } from '../limits/attempt-bucket.queries.js';
import { authWork } from './auth-work.js';
import {
  PURGE_MAILS,
  PURGE_NEVER_BEGUN,
  PURGE_OIDC_RECORDS,
  PURGE_SESSIONS,
  PURGE_SIGN_INS,
  PURGE_TOKENS,
} from './upkeep.queries.js';

const PURGE_EVERY_MS = 10 * 60_000;
const SAMPLE_EVERY_MS = 5_000;
const SLICE = 2_000;

const PURGES = [
  PURGE_TOKENS,
  PURGE_PAST_EMAILS,
  PURGE_MAILS,
  PURGE_BUCKETS,
  PURGE_OIDC_RECORDS,
  PURGE_SIGN_INS,
  PURGE_SESSIONS,
  PURGE_NEVER_BEGUN,
] as const;

/** Deletes what has had its time, table by table. One that cannot be does not keep the others. */
export function authUpkeep(database: Database, logger: Logger): Chore {
  return new Chore(PURGE_EVERY_MS, async (signal) => {
    for (const statement of PURGES) {
      try {
        await inSlices(SLICE, signal, () => database.query(statement, [SLICE]));
      } catch (error) {
        logger.warn({ err: error }, 'upkeep of the auth tables failed; the next round follows');
      }
    }
  });
}

/** Looks at the open work every few seconds, for Prometheus. */
export function authGauges(database: Database, logger: Logger, metrics: Metrics): Chore {
  const work = new WorkGauges(authWork, queuesOf('auth'), metrics);
  return new Chore(SAMPLE_EVERY_MS, async () => {
    try {
      await work.sample(database);
    } catch (error) {
      logger.debug({ err: error }, 'the backlog of the auth service could not be read');
    }
  });
}
