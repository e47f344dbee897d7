import { isIP, type LookupFunction } from 'node:net';
import { kindOfAddress } from './address-rules.js';
import { askNameServers, type Resolve } from './resolve.js';
import { mayReach, type EgressPolicy } from './target.js';

/** The code of the error when a name leads to where it may not. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED';

/**
 * A `lookup` for Node's sockets, for connections that are kept: resolves as webhooks do, and hands over addresses that were
 * checked. Node dials these very ones and asks nobody again. A name with one address that may not be reached is refused whole. A
 * host that is an address is never looked up: `readTarget` has to have judged it.
 */
export function guardedLookup(policy: EgressPolicy, resolve: Resolve = askNameServers): LookupFunction {
  return (name, { all }, done) => {
    const found = (addresses: readonly string[]): void => {
      if (addresses.some((address) => !mayReach(kindOfAddress(address), policy)))
        return done(coded(ADDRESS_REFUSED, name), '');
      const [first, ...rest] = addresses.map((address) => ({ address, family: isIP(address) }));
      if (first === undefined) return done(coded('ENOTFOUND', name), '');
      if (all === true) done(null, [first, ...rest]);
      else done(null, first.address, first.family);
    };
    resolve(name).then(found, (error: unknown) => done(error as NodeJS.ErrnoException, ''));
  };
}

function coded(code: string, name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code} ${name}`), { code });
}
