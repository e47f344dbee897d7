import { currencyDigits } from '@signalbox/contracts';
import { numberFormat } from './intl-formats.js';

/**
 * An amount in a currency's smallest unit, as people of that language write it. As many digits as the currency is usually
 * written with, and more where the amount would not be told in full.
 */
export function formatAmount(minor: number, currency: string, locale: string): string {
  const code = currency.toUpperCase();
  const digits = currencyDigits(code);
  const value = decimal(minor, digits);
  // Intl takes any three letters, and nothing else.
  if (!/^[A-Z]{3}$/.test(code)) return `${value} ${code}`;
  const usual = numberFormat(locale, { style: 'currency', currency: code });
  const written = usual.resolvedOptions().maximumFractionDigits ?? digits;
  if (minor % 10 ** Math.max(0, digits - written) === 0) return usual.format(value);
  return numberFormat(locale, { style: 'currency', currency: code, minimumFractionDigits: digits }).format(value);
}

/** As text, which Intl takes exactly: a division would not be exact. */
function decimal(minor: number, digits: number): Intl.StringNumericLiteral {
  const text = Math.abs(minor)
    .toString()
    .padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const sign = minor < 0 ? '-' : '';
  return `${sign}${digits === 0 ? whole : `${whole}.${text.slice(-digits)}`}` as Intl.StringNumericLiteral;
}
