import type { Circumstances } from '../circumstances.js';
import type { Finding } from '../finding.js';

/**
 * A country that this account was never signed in from, also with a known device. Where no earlier sign-in was from a known
 * country there is nothing to compare with.
 */
export function newCountry({ isFirst, device, country, countries }: Circumstances): Finding | undefined {
  if (isFirst || country === undefined || countries.length === 0 || countries.includes(country)) return undefined;
  return {
    code: 'new_country',
    facts: { knownCountries: countries.length, knownDevice: device === 'known' },
  };
}
