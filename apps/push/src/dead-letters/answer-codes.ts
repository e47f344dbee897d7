/** A code, a status, a name of a field: nobody's sentence, and no token. */
const CODE = /^[\w.:/-]{1,64}$/;
const LONG_NUMBER = /[0-9a-fA-F-]{24,}|\d{7,}/;

/**
 * What the board shows of a provider's answer, which lies in a queue: its numbers and codes. Its sentences repeat tokens and what was sent;
 * the letter has them, in the database, where they are erased with their user.
 */
export function codesOf(answer: unknown): unknown {
  if (typeof answer === 'string') return CODE.test(answer) && !LONG_NUMBER.test(answer) ? answer : '…';
  if (Array.isArray(answer)) return answer.map(codesOf);
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, codesOf(value)]));
}
