import {
  CARD_NUMBER_MASK,
  containsCardNumber,
  isCardNumber,
  maskCardNumbers,
  mayHoldCardNumber,
} from '@signalbox/card-number';

/** A reviver's third argument: the literal as it is written. TypeScript's libraries do not know it yet (ES2026). */
interface Literal {
  readonly source?: string;
}

/**
 * A line of the log with `[card number]` in place of every card number: in its message, in bindings and their names, in errors and
 * their stacks. Only a line with twelve digits in a row is read at all; one without a card number stays as it was written.
 */
export function withoutCardNumbers(line: string): string {
  if (!mayHoldCardNumber(line)) return line;
  const masked = JSON.stringify(JSON.parse(line, maskValue));
  return masked.includes(CARD_NUMBER_MASK) ? `${masked}\n` : line;
}

function maskValue(_name: string, value: unknown, { source = '' }: Literal = {}): unknown {
  if (typeof value === 'string') return maskCardNumbers(value);
  // An integer beyond 2^53 is exact only as it is written.
  if (typeof value === 'number') return isCardNumber(value) || containsCardNumber(source) ? CARD_NUMBER_MASK : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [maskCardNumbers(name), member]));
}
