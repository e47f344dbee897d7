import { cardInRow } from './card-in-row.js';
import { SHORTEST } from './issued.js';
import { withoutOtherNumbers } from './other-numbers.js';
import { digitsOf, type Group, lookIntoRuns, rowsOf } from './runs.js';

/** What stands where a card number stood. */
export const CARD_NUMBER_MASK = '[card number]';

/** The smallest integer with as many digits as the shortest card number. */
const SMALLEST = 10 ** (SHORTEST - 1);

/**
 * Whether a text holds what looks like a payment card's number, as a whole or anywhere inside: 12 to 19 digits that a network may have
 * issued, with Luhn's check digit, in one piece or with spaces and dashes between. Test cards are cards.
 *
 * Digits that a letter (A to Z) touches are an id, those behind a `+` a telephone number, and UUIDs and bank accounts are known by their
 * form. Any other number with the right digits is taken for a card: of random ones of 16 digits that is one in twenty.
 */
export function containsCardNumber(text: string): boolean {
  return firstCard(text, 0) !== undefined && firstCard(withoutOtherNumbers(text), 0) !== undefined;
}

/** Whether a number, written out, is a card's. */
export function isCardNumber(value: number): boolean {
  return Math.abs(value) >= SMALLEST && Number.isInteger(value) && containsCardNumber(String(value));
}

/** The text with `[card number]` in place of each; the same text when there is none. */
export function maskCardNumbers(text: string): string {
  if (firstCard(text, 0) === undefined) return text;
  const searched = withoutOtherNumbers(text);
  let masked = '';
  let from = 0;
  for (let card = firstCard(searched, 0); card !== undefined; card = firstCard(searched, from)) {
    masked += text.slice(from, card.start) + CARD_NUMBER_MASK;
    from = card.end;
  }
  return masked + text.slice(from);
}

/** Whether there are enough digits for one at all. Also true of text whose escapes (`\n`) would have to be read first. */
export function mayHoldCardNumber(text: string): boolean {
  return lookIntoRuns(text, 0, (_, start, end) => digitsOf(text, start, end).length >= SHORTEST || undefined) === true;
}

function firstCard(text: string, from: number): Group | undefined {
  return lookIntoRuns(text, from, cardInRun);
}

function cardInRun(text: string, start: number, end: number): Group | undefined {
  for (const row of rowsOf(text, start, end)) {
    const card = cardInRow(text, row);
    if (card !== undefined) return card;
  }
  return undefined;
}
