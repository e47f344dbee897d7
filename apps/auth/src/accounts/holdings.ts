import { type Holding, type Person, rowsHolding } from '@signalbox/personal-data';
import { ERASE_MAILS, ERASE_TOKENS } from './holdings.queries.js';

/** What accounts hold of a user besides the account: links that were sent, and mails that wait. Nothing of it is worth handing out. */
export function accountHoldings(by: (person: Person) => unknown): readonly Holding[] {
  return [
    rowsHolding({ name: 'links', erase: ERASE_TOKENS, by }),
    rowsHolding({ name: 'mails that wait', erase: ERASE_MAILS, by }),
  ];
}
