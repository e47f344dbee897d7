import { currencyDigits } from '@signalbox/contracts';

/** Digits behind the point in ISO 4217, with which Braintree writes an amount. What is not here is not charged. */
const DIGITS = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
    CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
    KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU
    UZS VES WST XCD XCG YER ZAR ZMW`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
} as const;
const DIGITS_OF = new Map(
  Object.entries(DIGITS).flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(digits)] as const),
  ),
);

/**
 * An amount of ours as Braintree takes it: `1050` in `usd` is `10.50`. Ours are counted as Stripe counts, which is not everywhere as
 * ISO 4217 does. Undefined: the currency is unknown, or so little of it does not exist.
 */
export function toDecimal(amount: number, currency: string): string | undefined {
  const digits = DIGITS_OF.get(currency.toUpperCase());
  if (digits === undefined || !Number.isSafeInteger(amount) || amount < 0) return undefined;
  const spare = currencyDigits(currency) - digits;
  const smallest = spare > 0 ? BigInt(amount) / 10n ** BigInt(spare) : BigInt(amount) * 10n ** BigInt(-spare);
  if (spare > 0 && BigInt(amount) % 10n ** BigInt(spare) !== 0n) return undefined;
  const text = smallest.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The way back; exact. Undefined: it is no amount of that currency. */
export function fromDecimal(text: string, currency: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || !DIGITS_OF.has(currency.toUpperCase())) return undefined;
  const digits = currencyDigits(currency);
  const kept = fraction.padEnd(digits, '0');
  if (/[^0]/.test(kept.slice(digits))) return undefined;
  const amount = Number(`${whole}${kept.slice(0, digits)}`);
  return Number.isSafeInteger(amount) ? amount : undefined;
}
