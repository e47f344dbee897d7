import type { Reader } from '../templates/compiled-template.js';

/** Where a reader's phone says that it is. */
export interface Whereabouts {
  /** BCP 47. */
  readonly locale: string;
  /** IANA. */
  readonly timeZone: string | null;
}

/** Whom a notice speaks to. Nothing is known of a user without a device that said so. */
export class Speaker implements Reader {
  readonly locale: string | undefined;
  readonly timeZone: string;

  constructor(reader: Whereabouts | undefined) {
    this.locale = reader?.locale;
    this.timeZone = reader?.timeZone ?? 'UTC';
  }
}

/** The name of a country by its ISO 3166 code; the code itself where there is no name. */
export function countryName(code: string, locale: string): string {
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
}
