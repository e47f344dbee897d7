import { inSlices, type Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { PURGE_ALERTS } from './alerts/alerts.queries.js';
import { PURGE_NEIGHBOURS } from './anomalies.queries.js';
import { PURGE_TRAILS } from './trails/trails.queries.js';

const EVERY_MS = 6 * 3_600_000;
const PURGE_SLICE = 5_000;

/** Drops what no rule looks at any more: neighbours of an hour ago, trails of sessions that have ended, alerts that are over. */
export function anomalyUpkeep(database: Database, logger: Logger): Chore {
  return new Chore(EVERY_MS, async (signal) => {
    try {
      for (const purge of [PURGE_NEIGHBOURS, PURGE_ALERTS, PURGE_TRAILS]) {
        await inSlices(PURGE_SLICE, signal, () => database.query(purge));
      }
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of what is known about sign-ins failed; the next round follows');
    }
  });
}
