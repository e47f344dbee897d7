import { CursorExpired, MalformedCursor } from '@signalbox/event-log';
import { Problem, problems } from '@signalbox/http';

/** The answer for a cursor that cannot be used; `undefined` for any other error. */
export function cursorProblem(error: unknown): Problem | undefined {
  if (error instanceof MalformedCursor) {
    return problems.invalid([{ in: 'query', pointer: '/after', reason: error.message }]);
  }
  if (error instanceof CursorExpired) {
    return new Problem({
      status: 410,
      code: 'cursor_expired',
      detail:
        'The event log was restored from a backup after this cursor was given out. Start again without `after` and ' +
        'skip the events whose ids you have seen, or with `after=now` to go on from this moment.',
      errors: [{ in: 'query', pointer: '/after', reason: 'belongs to an earlier generation of the log' }],
    });
  }
  return undefined;
}
