import { describe, expect, it } from '@jest/globals';
import { formatAmount } from './amount.js';

/** Intl puts no-break spaces where a plain one is easier to read here. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('an amount in the smallest unit', () => {
  it.each([
    [1_234, 'eur', 'en', '€12.34'],
    [1_234, 'eur', 'de', '12,34 €'],
    [123_456_789, 'usd', 'de-DE', '1.234.567,89 $'],
    [500, 'jpy', 'en', '¥500'],
    [5_000, 'krw', 'de', '5.000 ₩'],
    [1_234, 'kwd', 'en', 'KWD 1.234'],
    [1_200_500, 'bhd', 'de', '1.200,500 BHD'],
    [1_990, 'chf', 'de-CH', 'CHF 19.90'],
    [5, 'usd', 'en-GB', 'US$0.05'],
    [0, 'usd', 'en-US', '$0.00'],
    [-1_050, 'usd', 'en', '-$10.50'],
    // Stripe counts these in hundredths, though nobody writes any.
    [50_000, 'ugx', 'en', 'UGX 500'],
    [50_000, 'isk', 'en', 'ISK 500'],
    // Usually written without digits, and not to be told wrong.
    [123_456, 'lbp', 'en', 'LBP 1,234.56'],
    [123_400, 'lbp', 'en', 'LBP 1,234'],
    // Zero digits for Stripe, two for ISO 4217.
    [500, 'mga', 'en', 'MGA 500'],
    // More than a double holds exactly once it is divided.
    [900_719_925_474_099, 'usd', 'en', '$9,007,199,254,740.99'],
    // A currency that came into being later.
    [1_234, 'xqz', 'en', 'XQZ 12.34'],
    [1_234, 'no such', 'en', '12.34 NO SUCH'],
  ])('%i %s in %s is %s', (minor, currency, locale, expected) => {
    expect(plain(formatAmount(minor, currency, locale))).toBe(expected);
  });
});
