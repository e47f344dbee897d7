import type { Links } from './kinds.js';
import { lookOf, type Seen } from './seen.js';
import { erasedUserOf } from './states/erased.js';
import type { State } from './states/state.js';

/**
 * What an object says of others: the newest that says anything. Undefined: nothing at all is known of the object, so it has to do
 * with nobody.
 */
export function linksOf(known: Partial<State>, seen: readonly Seen<object>[]): Links | undefined {
  const looks = seen.map(lookOf).filter((look) => look !== undefined);
  const last = seen.at(-1)?.present;
  const present = typeof last === 'object' ? [last] : [];
  if (known.now === undefined && looks.length + present.length === 0) return undefined;
  const owners = [(known.past as { owner?: string } | undefined)?.owner, ...seen.map((each) => each.formerCustomer)];
  const charges = seen.map(({ charge }) => charge).filter((charge) => charge !== undefined);
  const sources: readonly Links[] = [
    ...owners.map((customer) => ({ customer })),
    ...charges,
    known.now ?? {},
    ...looks,
    ...present,
  ];
  return {
    userId: erasedUserOf(known) ?? lastOf(sources, 'userId'),
    customer: lastOf(sources, 'customer'),
    paymentIntent: lastOf(sources, 'paymentIntent'),
    charge: lastOf(sources, 'charge'),
    payment: lastOf(sources, 'payment'),
  };
}

function lastOf(sources: readonly Links[], name: keyof Links): string | undefined {
  return sources.findLast((source) => source[name] !== undefined)?.[name];
}
