import { DIGIT, kindAt, OTHER, SEPARATOR } from './characters.js';
import { SHORTEST } from './issued.js';

/** `4242 - 4242` is how some people write it; what is farther apart is not one number. */
const WIDEST_GAP = 3;

/** Digits that stand together: from `start` up to and without `end`. */
export interface Group {
  readonly start: number;
  readonly end: number;
}

/**
 * Calls `look` with each stretch of digits and separators that is long enough for a card number, until it returns something. Reads every
 * twelfth character of everything else, so that text costs next to nothing.
 */
export function lookIntoRuns<Found>(
  text: string,
  from: number,
  look: (text: string, start: number, end: number) => Found | undefined,
): Found | undefined {
  for (let at = from + SHORTEST - 1; at < text.length; at += SHORTEST) {
    if (kindAt(text, at) === OTHER) continue;
    let start = at;
    while (start > from && kindAt(text, start - 1) !== OTHER) start -= 1;
    let end = at + 1;
    while (end < text.length && kindAt(text, end) !== OTHER) end += 1;
    const found = end - start < SHORTEST ? undefined : look(text, start, end);
    if (found !== undefined) return found;
    at = end;
  }
  return undefined;
}

/** The groups of a run, cut into rows where they stand too far apart to be one number. */
export function rowsOf(text: string, start: number, end: number): Group[][] {
  const rows: Group[][] = [[]];
  let at = start;
  while (at < end) {
    const gap = at;
    while (at < end && kindAt(text, at) === SEPARATOR) at += 1;
    if (at - gap > WIDEST_GAP) rows.push([]);
    const first = at;
    while (at < end && kindAt(text, at) >= DIGIT) at += 1;
    if (at > first) rows.at(-1)!.push({ start: first, end: at });
  }
  return rows;
}

/** The values of the digits in this part of the text. */
export function digitsOf(text: string, start: number, end: number): number[] {
  const digits: number[] = [];
  for (let at = start; at < end; at += 1) {
    const kind = kindAt(text, at);
    if (kind >= DIGIT) digits.push(kind - DIGIT);
  }
  return digits;
}
