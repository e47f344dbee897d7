import { firstUuidAt } from '@signalbox/contracts';
import { inSlices, type Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { PURGE_NOTIFICATIONS } from './upkeep.queries.js';

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;
const SLICE = 2_000;

/** Keeps Braintree's notifications for as long as Stripe's: longer than one that comes again is taken. */
export function braintreeUpkeep(database: Database, logger: Logger, retentionDays: number): Chore {
  return new Chore(EVERY_MS, async (signal) => {
    try {
      const oldestKept = firstUuidAt(Date.now() - retentionDays * DAY_MS);
      await inSlices(SLICE, signal, () => database.query(PURGE_NOTIFICATIONS, [oldestKept, SLICE]));
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of the Braintree tables failed; the next round follows');
    }
  });
}
