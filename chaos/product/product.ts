import type { Door } from '../load/door.ts';
import type { Outcomes } from '../oracle/account.ts';

/** What a run needs to know of whom it tests. */
export interface Product {
  readonly door: Door;
  /** Users with one phone each, named `user-0` and so on. */
  readonly users: number;
  /** Items that it still owes. Rejects when it cannot be asked. */
  owed(): Promise<number>;
  /** What it recorded, once nothing is owed. */
  books(): Promise<{ readonly outcomes: Outcomes; readonly invariant: readonly unknown[] }>;
  close(): Promise<void>;
}

export const USERS = 200;

/** Has a phone too, whose messages kill whoever sends them, in the scenario that wants it. */
export const POISON_USER = USERS + 1;

/** The app that is in trouble when one is has every tenth user. */
export function isOfTroubledApp(user: number): boolean {
  return user % 10 === 0;
}

/** A token that the sandbox accepts: 64 hex digits that begin with nothing special. */
export function tokenOf(user: number): string {
  return `11${String(user).padStart(62, '0')}`;
}
