import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Offer } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { fireRound } from './fire-round.js';

const EVERY_MS = 1_000;

/** Sends what schedules are due to send, in every process that routes. `publish` wakes whoever does the work. */
export function scheduleChore(database: Database, publish: (offers: readonly Offer[]) => void, logger: Logger): Chore {
  const onFailure = atMostOnceAMinute((error: unknown, keptBack) =>
    logger.warn({ err: error, keptBack }, 'schedules could not be looked at; the next round follows'),
  );
  const onBroken = atMostOnceAMinute((broken: ReadonlyMap<Uuid, unknown>, keptBack) => {
    for (const [id, error] of broken)
      logger.error(
        { err: error, schedule: formatId('schedule', id), keptBack },
        'a schedule that is due cannot be fired',
      );
  });
  return new Chore(EVERY_MS, async (signal) => {
    try {
      const broken = await fireRound(database, publish, signal);
      if (broken.size > 0) onBroken(broken);
    } catch (error) {
      onFailure(error);
    }
  });
}
