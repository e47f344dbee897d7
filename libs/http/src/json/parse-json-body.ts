import { isUtf8 } from 'node:buffer';
import { cardNumberRefused } from '../card-number-problem.js';
import { Problem } from '../problem.js';
import { problems } from '../problems.js';
import { locateSyntaxError } from './locate-syntax-error.js';
import { scanJson } from './scan-json.js';

/**
 * Parses a request body. What comes out can be validated by recursion and stored in Postgres.
 *
 * @returns undefined for an empty body, which is "no body" and for the route's schema to judge.
 * @throws Problem 400 `malformed_json` saying where, 422 `card_number_refused`, or 422 `invalid_request` with a pointer for
 *   each thing that is JSON but acceptable to no route.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8. Send JSON in UTF-8 (RFC 8259 section 8.1).');
  const text = bytes.toString('utf8');
  const value = parse(text);
  const { errors, cardNumbers } = scanJson(value, text);
  if (cardNumbers.length > 0) throw cardNumberRefused(cardNumbers);
  if (errors.length > 0) throw problems.invalid(errors);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const place = locateSyntaxError(text);
    throw malformed(
      place === undefined
        ? 'The body is not JSON.'
        : `The body is not JSON: expected ${place.expected} at line ${place.line}, column ${place.column}.`,
    );
  }
}

function malformed(detail: string): Problem {
  return new Problem({ status: 400, code: 'malformed_json', detail });
}
