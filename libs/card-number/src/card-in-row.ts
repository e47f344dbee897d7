import { DIGIT, isLetterAt, kindAt } from './characters.js';
import { LONGEST, mayBeIssued, SHORTEST } from './issued.js';
import { digitsOf, type Group } from './runs.js';

/** ITU-T E.164: no telephone number has more digits, its country code included. */
const LONGEST_PHONE_NUMBER = 15;

/**
 * The first card number in a row of groups. The row as a whole may be grouped in any way; inside of a longer one (with the card's
 * expiry behind it, or another number before it) only groups as cards are printed count: 4-4-4-4, 4-6-5, or no gap at all. A list of
 * small numbers would else be one in every few tries.
 */
export function cardInRow(text: string, row: readonly Group[]): Group | undefined {
  const first = row[0];
  const last = row.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const total = row.reduce((sum, group) => sum + lengthOf(group), 0);
  if (total < SHORTEST || (text[first.start - 1] === '+' && total <= LONGEST_PHONE_NUMBER)) return undefined;
  const begin = belongsToWordBefore(text, first.start) ? 1 : 0;
  const end = isLetterAt(text, last.end) ? row.length - 1 : row.length;
  for (let at = begin; at < end; at += 1) {
    const found = longestFrom(text, row, at, end);
    if (found !== undefined) return found;
  }
  return undefined;
}

function longestFrom(text: string, row: readonly Group[], from: number, end: number): Group | undefined {
  const { start } = row[from]!;
  let longest: Group | undefined;
  let count = 0;
  let printed = lengthOf(row[from]!) >= 4;
  for (let at = from; at < end; at += 1) {
    const group = row[at]!;
    count += lengthOf(group);
    printed &&= lengthOf(group) >= 3;
    if (count > LONGEST) break;
    const isWholeRow = from === 0 && at === row.length - 1;
    if (count < SHORTEST || !(printed || isWholeRow)) continue;
    if (mayBeIssued(digitsOf(text, start, group.end))) longest = { start, end: group.end };
  }
  return longest;
}

function lengthOf({ start, end }: Group): number {
  return end - start;
}

/** Behind a letter the digits are part of an id, behind a decimal point of a fraction (`13.404953999999975`, a longitude). */
function belongsToWordBefore(text: string, start: number): boolean {
  return isLetterAt(text, start - 1) || (text[start - 1] === '.' && start > 1 && kindAt(text, start - 2) >= DIGIT);
}
