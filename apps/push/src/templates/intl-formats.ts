/** Making a formatter takes far longer than using it; languages and zones come from phones, so their number is bounded here. */
const MOST_FORMATTERS = 1_000;

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.PluralRules>();

function remembered<Formatter extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.PluralRules>(
  kind: string,
  locale: string,
  options: object | undefined,
  make: () => Formatter,
): Formatter {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  const known = made.get(key);
  if (known !== undefined) return known as Formatter;
  const formatter = make();
  const [oldest] = made.keys();
  if (made.size >= MOST_FORMATTERS && oldest !== undefined) made.delete(oldest);
  made.set(key, formatter);
  return formatter;
}

/** @throws RangeError for options that Intl does not take. */
export function numberFormat(locale: string, options?: Intl.NumberFormatOptions): Intl.NumberFormat {
  return remembered('number', locale, options, () => new Intl.NumberFormat(locale, options));
}

/** @throws RangeError for options that Intl does not take. */
export function dateTimeFormat(locale: string, options?: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return remembered('date', locale, options, () => new Intl.DateTimeFormat(locale, options));
}

export function pluralRules(locale: string, options?: Intl.PluralRulesOptions): Intl.PluralRules {
  return remembered('plural', locale, options, () => new Intl.PluralRules(locale, options));
}
