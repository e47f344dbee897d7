import { containsCardNumber } from '@signalbox/card-number';
import type { ProblemError } from '@signalbox/contracts';
import type { FastifyRequest } from 'fastify';
import { CARD_IN_NAME, CARD_IN_VALUE, cardNumberRefused } from './card-number-problem.js';
import { jsonPointer } from './json-pointer.js';

type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Headers that others than the caller write, or that are secrets and random: tracers number spans with 64-bit decimals (Datadog,
 * Google Cloud), of which one in thirty looks like a card. None of them is stored, logged or passed on.
 */
const NOT_THE_CALLERS =
  /^(?:authorization|proxy-authorization|cookie|baggage|b3|via|if-match|if-none-match|cf-.*|x-amzn?-.*|x-datadog-.*|newrelic)$|trace|span|request-id|correlation|forwarded/;

/**
 * Refuses a request with a card number in its path, its query or its headers. Bodies were looked at where they were parsed.
 *
 * @throws Problem 422 `card_number_refused`
 */
export function refuseCardNumbers({ params, query, headers }: FastifyRequest): void {
  const errors: ProblemError[] = [];
  search(params as Values, 'path', errors);
  search(query as Values, 'query', errors);
  search(headers, 'header', errors);
  if (errors.length > 0) throw cardNumberRefused(errors);
}

function search(values: Values, part: ProblemError['in'] & string, errors: ProblemError[]): void {
  for (const name in values) {
    if (containsCardNumber(name)) errors.push({ in: part, pointer: '', reason: CARD_IN_NAME });
    const value = values[name];
    if (!(typeof value === 'string' ? containsCardNumber(value) : value?.some(containsCardNumber))) continue;
    if (part !== 'header') errors.push({ in: part, pointer: jsonPointer([name]), reason: CARD_IN_VALUE });
    else if (!NOT_THE_CALLERS.test(name)) {
      errors.push({ in: part, pointer: jsonPointer([inTitleCase(name)]), reason: CARD_IN_VALUE });
    }
  }
}

/** `Idempotency-Key`, as headers are called everywhere else. */
function inTitleCase(header: string): string {
  return header.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}
