import { formatAmount } from './amount.js';

/** The languages that notices are written in, the fallback first. Each kind of notice has its words in all of them. */
const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Where a reader's phone says that it is. Both are absent from a user without a device that said so. */
export interface Whereabouts {
  /** BCP 47. */
  readonly locale: string;
  /** IANA. */
  readonly timeZone: string | null;
}

/** Says amounts, times and countries as the reader of a notice writes them. */
export class Speaker {
  readonly language: Language;
  private readonly locale: string;
  private readonly timeZone: string;

  constructor(reader: Whereabouts | undefined) {
    const asked = reader === undefined ? undefined : new Intl.Locale(reader.locale).language;
    const known = LANGUAGES.find((language) => language === asked);
    this.language = known ?? LANGUAGES[0];
    // Figures follow the words: a French amount in an English sentence would be neither.
    this.locale = known === undefined || reader === undefined ? this.language : reader.locale;
    this.timeZone = reader?.timeZone ?? 'UTC';
  }

  amount({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
    return formatAmount(amount, currency, this.locale);
  }

  /** A day of this year or so, such as `30 November`. */
  day(time: string): string {
    const format = { day: 'numeric', month: 'long', timeZone: this.timeZone } as const;
    return new Intl.DateTimeFormat(this.locale, format).format(new Date(time));
  }

  /** A moment of these days, such as `26 November at 14:03`. */
  moment(time: string): string {
    const format = { dateStyle: 'long', timeStyle: 'short', timeZone: this.timeZone } as const;
    return new Intl.DateTimeFormat(this.locale, format).format(new Date(time));
  }

  /** The name of a country by its ISO 3166 code; the code itself where there is no name. */
  country(code: string): string {
    return new Intl.DisplayNames(this.locale, { type: 'region' }).of(code) ?? code;
  }
}
