import { problems } from './problems.js';

/** Visible ASCII, without the quotes of the structured-field form. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Reads an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). The draft's form is a quoted string; most
 * clients send it bare. Both name the same key.
 *
 * @throws Problem 422 naming the header.
 */
export function parseIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = Array.isArray(header) ? header.join(', ') : header;
  const key = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  if (KEY.test(key)) return key;
  throw problems.invalid([
    { in: 'header', pointer: '/Idempotency-Key', reason: 'must be sent once, as 1 to 255 visible ASCII characters' },
  ]);
}
