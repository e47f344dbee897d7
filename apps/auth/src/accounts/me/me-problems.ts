import { Problem, problems } from '@signalbox/http';
import type { SlowDown } from '../account-parts.js';
import type { Weakness } from '../passwords/weakness.js';

/** The token outlives its user by minutes at most. */
export const gone = (): Problem => problems.notFound('This user is not there any more.');

export function slowDown({ retryAfterSeconds }: SlowDown): Problem {
  return new Problem({
    status: 429,
    code: 'slow_down',
    detail: 'This was tried too often; nothing was changed.',
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

export const badEmail = (): Problem =>
  problems.invalid([{ pointer: '/email', reason: 'is no address that mail can be sent to' }]);

export const weakPassword = (why: Weakness): Problem =>
  problems.invalid([{ pointer: '/password', reason: REASONS[why] }]);

const REASONS: Readonly<Record<Weakness, string>> = {
  too_short: 'must have at least 8 characters',
  too_long: 'must have at most 1,024 characters',
  not_text: 'must not hold half a character',
  breached: 'is on the lists of passwords that attackers try first; take another',
  guessable: 'is little more than the name of the app, the address or the name; take another',
};
