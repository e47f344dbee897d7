import type { Fields } from '../wire/fields.js';
import { Refused } from '../wire/refused.js';

/**
 * Whether a thing has what a search asks for. `valueOf` gives the thing's value under a criterion's name; undefined
 * means that nobody can search by that.
 * @throws Refused when it is searched by what the sandbox does not know: to find nothing would look like an answer.
 */
export function matchesAll(search: Fields, valueOf: (name: string) => string | undefined): boolean {
  return Object.entries(search.raw()).every(([name, wanted]) => {
    const value = valueOf(name);
    if (value === undefined) throw new Refused(501, `the sandbox does not search by ${name}`);
    return matches(value, wanted);
  });
}

/** `wanted`: a list of values, one value, or operators with theirs. */
function matches(value: string, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.map(String).includes(value);
  if (typeof wanted !== 'object' || wanted === null) return value === String(wanted);
  return Object.entries(wanted).every(([operator, operand]) => {
    const text = String(operand);
    switch (operator) {
      case 'is':
        return compare(value, text) === 0;
      case 'is_not':
        return compare(value, text) !== 0;
      case 'contains':
        return value.includes(text);
      case 'starts_with':
        return value.startsWith(text);
      case 'ends_with':
        return value.endsWith(text);
      case 'min':
        return value !== '' && compare(value, text) >= 0;
      case 'max':
        return value !== '' && compare(value, text) <= 0;
      default:
        throw new Refused(501, `the sandbox does not know the operator ${operator}`);
    }
  });
}

const DATE = /^\d{4}-\d\d-\d\dT/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** Times and amounts by their value, everything else as text. */
function compare(value: string, other: string): number {
  if (DATE.test(value)) return Math.sign(Date.parse(value) - Date.parse(other));
  if (NUMBER.test(value) && NUMBER.test(other) && value.includes('.')) return Math.sign(Number(value) - Number(other));
  return value === other ? 0 : value < other ? -1 : 1;
}
