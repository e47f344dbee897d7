import type { Uuid } from '@signalbox/contracts';
import { askTogether, type Database } from '@signalbox/database';
import type { Offer } from '@signalbox/queues';
import { AT_ONCE, fireDue, FiringFailed } from './fire-due.js';
import { ANY_DUE } from './schedule.queries.js';

/**
 * Fires all that is due. Whatever is wrong with one schedule is no matter of the others': after a look at many that failed their rows
 * are looked at one by one, and the one that fails alone is passed over until the next round, as it is.
 *
 * @returns why it was, by schedule.
 * @throws DatabaseUnreachable
 */
export async function fireRound(
  database: Database,
  publish: (offers: readonly Offer[]) => void,
  signal: AbortSignal,
): Promise<ReadonlyMap<Uuid, unknown>> {
  const broken = new Map<Uuid, unknown>();
  // Mostly there is nothing, which needs no transaction.
  if (!(await askTogether(database, { asks: ANY_DUE }))) return broken;
  let oneByOne = 0;
  for (let isAll = false; !isAll && !signal.aborted;) {
    try {
      const fired = await fireDue(database, { atOnce: oneByOne > 0 ? 1 : AT_ONCE, except: [...broken.keys()] });
      publish(fired.offers);
      isAll = fired.isAll;
      oneByOne -= 1;
    } catch (error) {
      if (!(error instanceof FiringFailed)) throw error;
      const [schedule, ...others] = error.schedules;
      if (others.length === 0) broken.set(schedule!, error.cause);
      oneByOne = others.length === 0 ? 0 : error.schedules.length;
    }
  }
  return broken;
}
