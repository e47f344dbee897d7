import { describe, expect, it } from '@jest/globals';
import { ANOMALY_CONSEQUENCES } from '@signalbox/contracts';
import fc from 'fast-check';
import { DEFAULT_SETTINGS } from '../../settings/auth-settings.js';
import type { Circumstances } from '../circumstances.js';
import { consequenceOf } from '../consequence.js';
import { findingsOf } from './sign-in-rules.js';

const usual: Circumstances = {
  isFirst: false,
  device: 'known',
  network: 'ipv4',
  country: 'DE',
  countries: ['DE'],
  neighbours: 0,
  isPasswordDue: false,
  amr: ['pwd'],
};
const found = (more: Partial<Circumstances>) => findingsOf({ ...usual, ...more });
const any = fc.record({
  isFirst: fc.boolean(),
  device: fc.constantFrom('known', 'new', 'unnamed'),
  network: fc.constantFrom('ipv4', 'ipv6', 'private', undefined),
  country: fc.constantFrom('DE', 'FR', 'US', undefined),
  countries: fc.subarray(['DE', 'FR', 'US']),
  neighbours: fc.nat(50),
  isPasswordDue: fc.boolean(),
  amr: fc.subarray(['pwd', 'otp', 'hwk', 'fed']),
});

describe('the rules of a sign-in', () => {
  it.each([
    ['a usual one', {}, []],
    [
      'a device that is new',
      { device: 'new' },
      [{ code: 'new_device', facts: { keepsIdentity: true, network: 'ipv4' } }],
    ],
    [
      'a browser that keeps nothing',
      { device: 'unnamed', network: undefined },
      [{ code: 'new_device', facts: { keepsIdentity: false } }],
    ],
    [
      'a known phone on a journey',
      { country: 'ES' },
      [{ code: 'new_country', facts: { knownCountries: 1, knownDevice: true } }],
    ],
    ['an address in no country', { country: undefined }, []],
    ['somebody whose countries are all unknown', { countries: [], country: 'ES' }, []],
    ['a known phone among hundreds behind one address', { neighbours: 300 }, []],
    ['a family that moves in together', { device: 'new', neighbours: 9 }, ['new_device']],
    ['somebody with a list of passwords', { device: 'new', neighbours: 10 }, ['new_device', 'many_accounts']],
    ['a password that is not taken any more', { isPasswordDue: true }, ['password_reset_due']],
    ['a passkey beside such a password', { isPasswordDue: true, amr: ['hwk'] }, []],
  ] as const)('of %s', (_name, more, expected) => {
    expect(found(more)).toEqual(
      expected.map((each) => (typeof each === 'string' ? { code: each, facts: expect.any(Object) as unknown } : each)),
    );
  });

  it('find nothing in the first sign-in of all', () => {
    fc.assert(
      fc.property(any, (circumstances) => {
        expect(findingsOf({ ...circumstances, isFirst: true, isPasswordDue: false })).toEqual([]);
      }),
    );
  });

  it('find nothing in a known device in a known country', () => {
    fc.assert(
      fc.property(any, (circumstances) => {
        const countries = circumstances.country === undefined ? [] : [circumstances.country];
        expect(findingsOf({ ...circumstances, device: 'known', countries, isPasswordDue: false })).toEqual([]);
      }),
    );
  });
});

describe('what follows', () => {
  const policy = fc.record({
    newDevice: fc.constantFrom(...ANOMALY_CONSEQUENCES),
    newCountry: fc.constantFrom(...ANOMALY_CONSEQUENCES),
    manyAccounts: fc.constantFrom(...ANOMALY_CONSEQUENCES),
    twoNetworks: fc.constantFrom(...ANOMALY_CONSEQUENCES),
  });

  it('is the strictest of what the app wants of what was found, and its reasons leave out what is ignored', () => {
    fc.assert(
      fc.property(any, policy, (circumstances, wanted) => {
        const findings = findingsOf(circumstances);
        const { consequence, reasons } = consequenceOf(findings, wanted);
        const of = (code: string): string =>
          ({
            new_device: wanted.newDevice,
            new_country: wanted.newCountry,
            many_accounts: wanted.manyAccounts,
            password_reset_due: 'refuse',
          })[code]!;
        const strictness = findings.map(({ code }) => ANOMALY_CONSEQUENCES.indexOf(of(code) as never));
        expect(consequence).toBe(ANOMALY_CONSEQUENCES[Math.max(0, ...strictness)]);
        expect(reasons).toEqual(findings.filter(({ code }) => of(code) !== 'ignore'));
      }),
    );
  });

  it('does not depend on the order of what was found', () => {
    fc.assert(
      fc.property(any, policy, (circumstances, wanted) => {
        const findings = findingsOf(circumstances);
        expect(consequenceOf([...findings].reverse(), wanted).consequence).toBe(
          consequenceOf(findings, wanted).consequence,
        );
      }),
    );
  });

  it('of a new device is a notice, where an app has set nothing', () => {
    const { consequence } = consequenceOf(found({ device: 'new' }), DEFAULT_SETTINGS.anomalies);
    expect(consequence).toBe('notify');
  });
});
