import type { BreachedPasswords } from './breached-passwords.js';

/** Characters: code points, as a person counts most of them. */
const LEAST = 8;
/** Far more than anybody types; a bound, so that nobody makes us hash a book. */
const MOST = 1_024;
/** Shorter words say nothing about a person or an app. */
const LEAST_OF_A_WORD = 4;

/**
 * Why a password may not be chosen:
 * - `too_short`, `too_long`: fewer than 8 characters, more than 1,024;
 * - `not_text`: half a character, which no two devices write the same;
 * - `breached`: on the list of those that are tried first;
 * - `guessable`: little is left of it without the names around it: the app's, the address, the user's.
 */
export type Weakness = 'too_short' | 'too_long' | 'not_text' | 'breached' | 'guessable';

/** The names around a password. */
export interface PasswordContext {
  readonly appName: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
}

export function weaknessOf(
  password: string,
  context: PasswordContext,
  breached: BreachedPasswords,
): Weakness | undefined {
  if (!password.isWellFormed()) return 'not_text';
  const length = [...password].length;
  if (length < LEAST) return 'too_short';
  if (length > MOST) return 'too_long';
  if (breached.has(password)) return 'breached';
  return isGuessable(password, wordsOf(context)) ? 'guessable' : undefined;
}

/** No rule on which characters: only that a password is more than the words that anybody would begin with. */
function isGuessable(password: string, words: readonly string[]): boolean {
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), folded(password));
  return [...rest].length < LEAST && rest !== folded(password);
}

/** The longest first: of an address nothing is to be left because a part of it was taken out before. */
function wordsOf({ appName, email, name }: PasswordContext): string[] {
  const whole = ['signalbox', appName, email, name].filter((word) => word !== undefined).map(folded);
  const parts = whole.flatMap((word) => [word, word.replaceAll(/\s+/g, ''), ...word.split(/[\s@.+_-]+/)]);
  return [...new Set(parts)].filter((word) => word.length >= LEAST_OF_A_WORD).sort((a, b) => b.length - a.length);
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
