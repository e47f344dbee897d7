import type { Circumstances } from '../circumstances.js';
import type { Finding } from '../finding.js';

/** How far back neighbours count. Minutes. */
export const NEIGHBOURHOOD_MINUTES = 60;
/** So many other accounts are a household, an office, a carrier's exit on an ordinary day. */
const ORDINARY_NEIGHBOURS = 10;

/**
 * One of many accounts that are signed in to from one network, each with a device that is new to it: somebody tries stolen
 * passwords. Known devices neither count nor are counted, so hundreds of phones behind one carrier's address are no such thing.
 */
export function manyAccounts({ isFirst, device, neighbours, network }: Circumstances): Finding | undefined {
  if (isFirst || device === 'known' || neighbours < ORDINARY_NEIGHBOURS) return undefined;
  return {
    code: 'many_accounts',
    facts: {
      otherAccounts: neighbours,
      withinMinutes: NEIGHBOURHOOD_MINUTES,
      ...(network !== undefined && { network }),
    },
  };
}
