import { firstUuidAt } from '@signalbox/contracts';
import { inSlices, type Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { DROP_OLD_BREAKERS } from '../limits/gateway-breaker.queries.js';
import { DROP_ENDED_SECRETS } from '../sources/secret.queries.js';
import { PURGE_EVENTS } from './upkeep.queries.js';

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;
const SLICE = 2_000;

/** The chores of the Stripe tables: events are kept for a time, secrets that have ended for a month, how breakers stood for a day. */
export function stripeUpkeep(database: Database, logger: Logger, retentionDays: number): Chore {
  return new Chore(EVERY_MS, async (signal) => {
    try {
      const oldestKept = firstUuidAt(Date.now() - retentionDays * DAY_MS);
      await inSlices(SLICE, signal, () => database.query(PURGE_EVENTS, [oldestKept, SLICE]));
      await database.query(DROP_ENDED_SECRETS);
      await database.query(DROP_OLD_BREAKERS);
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of the Stripe tables failed; the next round follows');
    }
  });
}
