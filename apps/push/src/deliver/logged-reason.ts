/** A code of a provider's, or words of ours. A device token is longer, and nobody's name has a place in a code. */
const CODE = /^[A-Za-z][A-Za-z0-9_:. ()-]{0,63}$/;
/** Numbers of phones and cards, and what is left of a token. */
const LONG_NUMBER = /[0-9a-fA-F-]{12,}|\d{7,}/;

/** What the log says of a reason. Some are what a stranger's host has written: those are in the delivery, where they can be erased. */
export function loggedReason(reason: string): string {
  return CODE.test(reason) && !LONG_NUMBER.test(reason) ? reason : 'other';
}
