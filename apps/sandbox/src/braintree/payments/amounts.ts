import { invalid } from '../wire/refused.js';
import type { Fields } from '../wire/fields.js';
import { readAmount } from '../wire/money.js';

const LARGEST = 99_999_999_999;

/** The amount that a request names, in the smallest unit; undefined when it names none. @throws Invalid */
export function amountIn(fields: Fields, currency: string): number | undefined {
  if (!fields.has('amount')) return undefined;
  const amount = readAmount(fields.text('amount') ?? '', currency);
  if (amount === undefined) throw wrong('81503', 'Amount is an invalid format.');
  if (amount < 0) throw wrong('81501', 'Amount cannot be negative.');
  if (amount === 0) throw wrong('81531', 'Amount must be greater than zero.');
  if (amount > LARGEST) throw wrong('81528', 'Amount is too large.');
  return amount;
}

/** @throws Invalid */
export function requiredAmount(fields: Fields, currency: string): number {
  const amount = amountIn(fields, currency);
  if (amount === undefined) throw wrong('81502', 'Amount is required.');
  return amount;
}

function wrong(code: string, message: string) {
  return invalid('transaction', 'amount', code, message);
}
