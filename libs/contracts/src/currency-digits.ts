/**
 * In how many digits Stripe counts the smallest unit of a currency, and with it every amount of ours. Not ISO 4217's figures and
 * not those of ICU: ISK and UGX, which have no smaller unit, are counted in hundredths, MGA is not.
 * https://docs.stripe.com/currencies
 */
const NO_DIGITS = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DIGITS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Digits behind the point that an amount of ours counts. `currency`: ISO 4217, in any letters. */
export function currencyDigits(currency: string): 0 | 2 | 3 {
  const code = currency.toUpperCase();
  if (NO_DIGITS.has(code)) return 0;
  return THREE_DIGITS.has(code) ? 3 : 2;
}
