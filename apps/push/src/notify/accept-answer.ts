import { type AcceptedAnswer, formatId } from '@signalbox/contracts';
import { KEY_IN_HEADER, type KeyPlace, problems } from '@signalbox/http';
import type { AcceptResult } from './acceptor.js';

/**
 * What the caller hears of an accept; `status` when it is stored, `keyPlace` where the key of the request stood.
 *
 * @throws Problem 422 when the key stands for another request, 503 when the outcome of the commit is unknown: the same
 * request with the same key then settles it.
 */
export function answerOf(
  result: AcceptResult,
  status: AcceptedAnswer['status'] = 'accepted',
  keyPlace: KeyPlace = KEY_IN_HEADER,
): { readonly body: AcceptedAnswer; readonly replayed: boolean } {
  switch (result.kind) {
    case 'accepted':
    case 'replayed':
      return {
        body: { id: formatId('notification', result.id), status },
        replayed: result.kind === 'replayed',
      };
    case 'conflict':
      throw problems.invalid([
        { ...keyPlace, reason: 'was used for another request in the last 72 hours; use a new key' },
      ]);
    case 'busy':
      throw problems.unavailable(
        'Too many requests are waiting to be stored; nothing was stored. Send it again in a moment.',
        1,
      );
    case 'unknown':
      throw problems.unavailable(
        'The database did not answer; whether the request was stored is unknown. Repeat it with the same Idempotency-Key.',
        1,
        result.cause,
      );
  }
}
