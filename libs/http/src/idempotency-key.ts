import type { ProblemError } from '@signalbox/contracts';
import { problems } from './problems.js';

/** Visible ASCII, without the quotes of the structured-field form. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Where a request has its key, as a refusal of it names the place. */
export type KeyPlace = Pick<ProblemError, 'in' | 'pointer'>;
export const KEY_IN_HEADER: KeyPlace = { in: 'header', pointer: '/Idempotency-Key' };

/**
 * Reads an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). The draft's form is a quoted string; most
 * clients send it bare. Both name the same key.
 *
 * @throws Problem 422 naming the header, or wherever else it stood.
 */
export function parseIdempotencyKey(
  header: string | string[] | undefined,
  place: KeyPlace = KEY_IN_HEADER,
): string | undefined {
  if (header === undefined) return undefined;
  const text = Array.isArray(header) ? header.join(', ') : header;
  const key = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  if (KEY.test(key)) return key;
  throw problems.invalid([{ ...place, reason: 'must be sent once, as 1 to 255 visible ASCII characters' }]);
}
