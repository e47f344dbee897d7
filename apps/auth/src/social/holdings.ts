import { type Holding, type Person, rowsHolding } from '@signalbox/personal-data';
import { COLLECT_IDENTITIES, ERASE_IDENTITIES, ERASE_PENDING_LINKS } from './holdings.queries.js';

/** Who a user is at providers, which have been told by then; and what waits to be linked. What is on its way there names nobody. */
export function socialHoldings(by: (person: Person) => unknown): readonly Holding[] {
  return [
    rowsHolding({ name: 'identities', erase: ERASE_IDENTITIES, collect: COLLECT_IDENTITIES, by }),
    rowsHolding({ name: 'links that wait', erase: ERASE_PENDING_LINKS, by }),
  ];
}
