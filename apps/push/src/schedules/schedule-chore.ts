import type { Database } from '@signalbox/database';
import type { Offer } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { fireDue } from './fire-due.js';

const EVERY_MS = 1_000;

/** Sends what schedules are due to send, in every process that routes. `publish` wakes whoever does the work. */
export function scheduleChore(database: Database, publish: (offers: readonly Offer[]) => void, logger: Logger): Chore {
  const onFailure = atMostOnceAMinute((error: unknown, keptBack) =>
    logger.warn({ err: error, keptBack }, 'schedules could not be looked at; the next round follows'),
  );
  return new Chore(EVERY_MS, async (signal) => {
    try {
      for (let isAll = false; !isAll && !signal.aborted;) {
        const fired = await fireDue(database);
        publish(fired.offers);
        isAll = fired.isAll;
      }
    } catch (error) {
      onFailure(error);
    }
  });
}
