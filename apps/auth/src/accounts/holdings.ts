import { type Holding, type Person, rowsHolding } from '@signalbox/personal-data';
import { COLLECT_PAST_EMAILS, ERASE_PAST_EMAILS } from './email-undo/past-email.queries.js';
import { ERASE_OPERATOR } from '../operators/operators.queries.js';
import { ERASE_MAILS, ERASE_TOKENS } from './holdings.queries.js';

/** What accounts hold of a user besides the account. Links that were sent and mails that wait are not worth handing out. */
export function accountHoldings(by: (person: Person) => unknown): readonly Holding[] {
  return [
    rowsHolding({ name: 'links', erase: ERASE_TOKENS, by }),
    rowsHolding({ name: 'mails that wait', erase: ERASE_MAILS, by }),
    rowsHolding({ name: 'console role', erase: ERASE_OPERATOR, by }),
    rowsHolding({ name: 'addresses of before', erase: ERASE_PAST_EMAILS, collect: COLLECT_PAST_EMAILS, by }),
  ];
}
