import { timeOfUuid } from '@signalbox/contracts';
import type { Call } from '../gateway.js';
import type { NotDone } from '../outcome.js';

/**
 * How old an operation may be when its sale or refund leaves. One that a process held for longer, because it stood still, may have been
 * looked for and not found by now, and what was found not to have happened must not happen any more. Milliseconds.
 */
const LATEST_START_MS = 30_000;

export const TOO_LATE: NotDone = { kind: 'not_done', reason: 'too_late', retryAfterMs: 0 };

/** An operation's id carries the time at which it was begun. */
export function isTooLate({ operation }: Call, now = Date.now()): boolean {
  return now - timeOfUuid(operation) > LATEST_START_MS;
}
