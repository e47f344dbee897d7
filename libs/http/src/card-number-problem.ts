import type { ProblemError } from '@signalbox/contracts';
import { LISTED_ERRORS, Problem } from './problem.js';

/** Why a value is refused. Never the value itself. */
export const CARD_IN_VALUE = 'looks like a payment card number';
/** Why an object is refused one of whose names is a card number: the pointer is the object's, since it would else hold the number. */
export const CARD_IN_NAME = 'has a name that looks like a payment card number';

/** 422: a request may hold anything but card numbers. `errors` says where, never what. */
export function cardNumberRefused(errors: readonly ProblemError[]): Problem {
  return new Problem({
    status: 422,
    code: 'card_number_refused',
    detail:
      'Something in this request looks like a payment card number; see errors for where. Nothing of the request was stored or ' +
      'logged. Collect cards with the SDK of the payment gateway, which sends them there and nowhere else. An id that only looks ' +
      'like a card number needs a letter before or after its digits.',
    errors: errors.slice(0, LISTED_ERRORS),
  });
}
