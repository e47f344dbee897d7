import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromDecimal, toDecimal } from './amount.js';

describe('an amount in the smallest unit', () => {
  it.each([
    [1_050, 'usd', '10.50'],
    [5, 'eur', '0.05'],
    [0, 'usd', '0.00'],
    [1_050, 'jpy', '1050'],
    [1_050, 'kwd', '1.050'],
    [9_007_199_254_740_991, 'usd', '90071992547409.91'],
    // Stripe counts these otherwise than ISO 4217 writes them.
    [50_000, 'isk', '500'],
    [700, 'mga', '700.00'],
    [12_345, 'lyd', '123.450'],
  ])('%d of %s is written %s, and read back', (amount, currency, decimal) => {
    expect(toDecimal(amount, currency)).toBe(decimal);
    expect(fromDecimal(decimal, currency)).toBe(amount);
  });

  it.each([
    [100, 'xyz', 'a currency that nobody knows'],
    [50_001, 'isk', 'less than a krona'],
    [1.5, 'usd', 'a part of a cent'],
    [-1, 'usd', 'less than nothing'],
    [2 ** 53, 'usd', 'more than can be counted'],
  ])('%d of %s is refused: %s', (amount, currency) => {
    expect(toDecimal(amount, currency)).toBeUndefined();
  });

  it.each([
    ['10.505', 'usd'],
    ['10,50', 'usd'],
    ['', 'usd'],
    ['-1.00', 'usd'],
    ['1.00', 'xyz'],
  ])('"%s" of %s is none', (decimal, currency) => {
    expect(fromDecimal(decimal, currency)).toBeUndefined();
  });

  it('comes back as it was, whatever it is', () => {
    const anyCurrency = fc.constantFrom('usd', 'jpy', 'kwd', 'mga', 'lyd');
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), anyCurrency, (amount, currency) => {
        expect(fromDecimal(toDecimal(amount, currency)!, currency)).toBe(amount);
      }),
    );
  });
});
