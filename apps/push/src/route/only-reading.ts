import type { Sql } from '@signalbox/database';
import { LOCK_METERS, STANDING, ZONES_OF_USERS } from '../policy/judge.queries.js';
import { EDITS_BY_ID, NOTIFICATIONS_BY_ID } from '../work/notification.queries.js';
import { DEVICES_BY_PLACE, DEVICES_OF_INSTALLATIONS, LOOK_UP } from './route.queries.js';

/** What was to be done has to be done under a lock, in a transaction: something is counted, or taken by one alone. */
export class NeedsTransaction extends Error {
  override readonly name = 'NeedsTransaction';

  /** @param isForCaps they count, as they will for the next of the kind; what is taken by one alone, the next does not find. */
  constructor(readonly isForCaps: boolean) {
    super();
  }
}

/** All that planning reads. What is not named here is taken for something that writes. */
const READS: ReadonlySet<string> = new Set([
  NOTIFICATIONS_BY_ID,
  EDITS_BY_ID,
  LOOK_UP,
  DEVICES_BY_PLACE,
  DEVICES_OF_INSTALLATIONS,
  STANDING,
  ZONES_OF_USERS,
]);

/** The database for planning outside of a transaction. Its `query` throws NeedsTransaction instead of doing more than to read. */
export function onlyReading(database: Sql): Sql {
  return {
    query(text, params) {
      return READS.has(text)
        ? database.query(text, params)
        : Promise.reject(new NeedsTransaction(text === LOCK_METERS));
    },
  };
}
