import { firstUuidAt } from '@signalbox/contracts';
import { inSlices, type Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { PURGE } from '../deliveries/delivery.queries.js';
import { DROP_EXPIRED_SECRETS } from '../secrets/secret.queries.js';

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;
const SLICE = 5_000;

/** The chores of the webhook tables: the log of deliveries is kept for a time, expired secrets for a day. */
export function webhookUpkeep(database: Database, logger: Logger, retentionDays: number): Chore {
  return new Chore(EVERY_MS, async (signal) => {
    try {
      const oldestKept = firstUuidAt(Date.now() - retentionDays * DAY_MS);
      await inSlices(SLICE, signal, () => database.query(PURGE, [oldestKept, SLICE]));
      await database.query(DROP_EXPIRED_SECRETS);
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of the webhook tables failed; the next round follows');
    }
  });
}
