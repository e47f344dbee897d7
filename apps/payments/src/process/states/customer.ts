import type { Customer } from '../normalise/customer.js';
import { latest } from './latest.js';
import type { At, State } from './state.js';

export type CustomerState = State<At<Customer>>;

/** Whoever named the user knew more than whoever did not: within one second that counts. */
export const joinCustomer = latest<Customer>(
  () => 0,
  (look) => Number(look.userId !== undefined),
);
