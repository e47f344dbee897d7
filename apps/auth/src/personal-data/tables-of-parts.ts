import { type Holding, rowsHolding } from '@signalbox/personal-data';
import { ownId } from './own-id.js';
import { ERASE_CHALLENGES, ERASE_MAILS, ERASE_ONE_TIME_TOKENS } from './tables.queries.js';

const table = (name: string, erase: string, collect?: string): Holding =>
  rowsHolding({ name, erase, ...(collect !== undefined && { collect }), by: ownId });

/** Tables of other parts that have a column for the user. What is handed out of them says nothing that opens a door. */
export const OF_PARTS: readonly Holding[] = [
  table('mails', ERASE_MAILS),
  table('links in mails', ERASE_ONE_TIME_TOKENS),
  table('challenges', ERASE_CHALLENGES),
];
