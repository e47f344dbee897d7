/** Currencies without a smaller unit. */
const WHOLE = new Set(['CLP', 'ISK', 'JPY', 'KRW', 'VND', 'XAF', 'XOF']);

function decimalsOf(currency: string): number {
  return WHOLE.has(currency) ? 0 : 2;
}

/** In the smallest unit of the currency; undefined when it is no amount of that currency. */
export function readAmount(text: string, currency: string): number | undefined {
  const decimals = decimalsOf(currency);
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (whole === '' || (decimals === 0 && Number(fraction) !== 0)) return undefined;
  const value = Number(whole + fraction.padEnd(decimals, '0').slice(0, decimals));
  return sign === '' ? value : -value;
}

/** As Braintree writes it: 1000 of USD is `10.00`, 1000 of JPY is `1000`. */
export function writeAmount(minor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return (minor / 10 ** decimals).toFixed(decimals);
}
