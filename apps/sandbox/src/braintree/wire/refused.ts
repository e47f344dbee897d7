import type { Transaction } from '../objects/transaction.js';
import type { Verification } from '../objects/verification.js';

/** Something wrong with one field; `base` when it is the whole. */
export interface ValidationError {
  readonly code: string;
  /** In snake case, as in the request. */
  readonly attribute: string;
  readonly message: string;
}

/** A request that is answered with a status and nothing else, as the SDK wants it. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A request that the gateway understands and does not take (422). */
export class Invalid extends Error {
  override readonly name = 'Invalid';

  constructor(
    /** What the errors are about: `transaction`. */
    readonly subject: string,
    readonly errors: readonly ValidationError[],
  ) {
    super(errors.map(({ message }) => message).join('\n'));
  }
}

/** A card that was tried and not taken: nothing is wrong with the request. */
export class Unsuccessful extends Error {
  override readonly name = 'Unsuccessful';

  constructor(
    message: string,
    readonly made: { readonly transaction: Transaction } | { readonly verification: Verification },
  ) {
    super(message);
  }
}

export function notFound(): Refused {
  return new Refused(404, 'not found');
}

export function invalid(subject: string, attribute: string, code: string, message: string): Invalid {
  return new Invalid(subject, [{ code, attribute, message }]);
}
