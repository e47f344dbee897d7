import { dueInBilling } from '../billing/due.js';
import { dueInPayments } from '../payments/lapse.js';
import { invalid } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import type { Due } from './due.js';

/** More would be a loop: ten years of a daily price are 3,650 periods. */
const MOST_STEPS = 20_000;

export interface Happening {
  readonly at: number;
  readonly what: string;
  readonly about: string;
}

/** The account's time stands still at `at` from here on, and is moved only by `advance`. @throws Refused */
export function hold(account: Account, at: number): void {
  if (account.heldAt !== undefined && at < account.heldAt) throw backwards();
  account.heldAt = at;
}

/** The account has everybody's time again. */
export function release(account: Account): void {
  account.heldAt = undefined;
}

/**
 * Lives through everything that is due until `to`, each at its own time and in its order, and stands still at `to`.
 * @returns what was due, in that order.
 * @throws Refused when `to` lies in the account's past.
 */
export function advance(account: Account, to: number, origin: string): Happening[] {
  if (to < account.now()) throw backwards();
  const happened: Happening[] = [];
  for (let due = nextDue(account, origin); due && due.at <= to; due = nextDue(account, origin)) {
    if (happened.length === MOST_STEPS) throw invalid('Too much happens in that time: advance in smaller steps.');
    const at = Math.max(due.at, account.now());
    account.heldAt = at;
    account.byItself(due.act);
    happened.push({ at, what: due.what, about: due.about });
  }
  account.heldAt = to;
  return happened;
}

function nextDue(account: Account, origin: string): Due | undefined {
  const all = [...dueInBilling(account, origin), ...dueInPayments(account)];
  return all.reduce<Due | undefined>((first, due) => (first && first.at <= due.at ? first : due), undefined);
}

function backwards() {
  return invalid('A clock can only be advanced: the time must not lie before its own.', 'frozen_time');
}
