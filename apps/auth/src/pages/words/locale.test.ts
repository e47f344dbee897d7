import { describe, expect, it } from '@jest/globals';
import { de } from './de.js';
import { en } from './en.js';
import { localeFor, LOCALES, wordsIn } from './locale.js';

/** Every member by its path, and what kind of word it is. */
function shape(words: object, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, word]: [string, unknown]) =>
      typeof word === 'object' && word !== null
        ? Object.entries(shape(word, `${path}${name}.`))
        : [[`${path}${name}`, typeof word === 'function' ? `takes ${word.length}` : typeof word]],
    ),
  );
}

function texts(words: object): string[] {
  return Object.values(words).flatMap((word: unknown) =>
    typeof word === 'object' && word !== null
      ? texts(word)
      : [typeof word === 'function' ? (word as (value: string) => string)('…') : String(word)],
  );
}

describe('the words', () => {
  it.each(LOCALES)('of %s are all there, and none is empty', (locale) => {
    expect(shape(wordsIn(locale))).toEqual(shape(en));
    expect(texts(wordsIn(locale)).filter((text) => text.trim() === '')).toEqual([]);
    expect(wordsIn(locale).lang).toBe(locale);
  });

  it('are translated', () => {
    const german = texts(de);
    expect(texts(en).filter((text, index) => text === german[index])).toEqual(['Name']);
  });
});

describe('the language of a page', () => {
  it.each([
    [{}, 'en'],
    [{ uiLocales: 'de-AT en', account: 'en', accepted: 'en' }, 'de'],
    [{ uiLocales: 'fr  DE' }, 'de'],
    [{ uiLocales: 'fr', account: 'de', accepted: 'en' }, 'de'],
    [{ account: null, accepted: 'fr-FR, en;q=0.5, de;q=0.8' }, 'de'],
    [{ accepted: 'de;q=0, en' }, 'en'],
    [{ accepted: 'de;q=x, en;q=0.1' }, 'en'],
    [{ accepted: '*;;;,' }, 'en'],
    [{ uiLocales: '__proto__ constructor', accepted: 'toString' }, 'en'],
  ])('is, of %j, %s', (hints, locale) => {
    expect(localeFor(hints)).toBe(locale);
  });
});
