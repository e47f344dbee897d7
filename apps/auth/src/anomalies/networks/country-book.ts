import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { parseAddress } from './address.js';
import { networkKind } from './network-kind.js';
import type { CountryRanges } from './country-ranges.js';
import { readV4Ranges, readV6Ranges } from './read-ranges.js';

/** See NOTICE: who collected it, and under which licence. */
const SOURCE = '@ip-location-db/asn-country';

interface Ranges {
  readonly v4: CountryRanges<number>;
  readonly v6: CountryRanges<bigint>;
}

/**
 * Which country an address was given out to, from tables that a package carries: 2.5 MB once they are read. They are read
 * when somebody asks first, so that starting does not wait for them.
 */
export class CountryBook {
  private ranges: Promise<Ranges> | undefined;

  /** @param onUnreadable hears, once for each attempt, why there are no countries; without them no rule about them fires. */
  constructor(private readonly onUnreadable: (error: unknown) => void) {}

  /** ISO 3166 code of an address' country; undefined for private and unknown ones, and while the tables cannot be read. */
  async countryOf(ip: string): Promise<string | undefined> {
    const address = parseAddress(ip);
    if (address === undefined || networkKind(ip) === 'private') return undefined;
    try {
      const { v4, v6 } = await (this.ranges ??= readRanges());
      return address.version === 4 ? v4.find(address.value) : v6.find(address.value);
    } catch (error) {
      this.ranges = undefined;
      this.onUnreadable(error);
      return undefined;
    }
  }
}

async function readRanges(): Promise<Ranges> {
  const { resolve } = createRequire(import.meta.url);
  const [v4, v6] = await Promise.all([
    readFile(resolve(`${SOURCE}/asn-country-ipv4-num.csv`)),
    readFile(resolve(`${SOURCE}/asn-country-ipv6-num.csv`)),
  ]);
  const ofV4 = readV4Ranges(v4);
  // The second table is the longer stop: whoever waits goes first.
  await setImmediate();
  return { v4: ofV4, v6: readV6Ranges(v6) };
}
