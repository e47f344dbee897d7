import { de } from './de.js';
import { en } from './en.js';
import type { Words } from './words.js';

export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

const WORDS: Readonly<Record<Locale, Words>> = { en, de };

export function wordsIn(locale: Locale): Words {
  return WORDS[locale];
}

/** What is known of the language that somebody reads. */
export interface LanguageHints {
  /** The authorization request's: languages, parted by spaces, the preferred one first. */
  readonly uiLocales?: string | undefined;
  /** The one that the user's account has. */
  readonly account?: string | null | undefined;
  /** The browser's `Accept-Language`. */
  readonly accepted?: string | undefined;
}

/** The language of a page: what the app asks for, else the account's, else the browser's, else English. */
export function localeFor({ uiLocales = '', account, accepted = '' }: LanguageHints): Locale {
  const wanted = [...uiLocales.split(' '), account ?? '', ...byPreference(accepted)];
  return wanted.map(languageOf).find(isKnown) ?? 'en';
}

function byPreference(accepted: string): string[] {
  return accepted
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/** `de` of `de-AT`. */
function languageOf(tag: string): string {
  return tag.split(/[-_]/)[0]!.toLowerCase();
}

function isKnown(language: string): language is Locale {
  return (LOCALES as readonly string[]).includes(language);
}
