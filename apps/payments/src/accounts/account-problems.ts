import { formatId, type Uuid } from '@signalbox/contracts';
import { Problem, problems } from '@signalbox/http';
import type { AccountOutcome } from '../gateway/account-gateway.js';
import type { ReadOutcome } from '../gateway/outcome.js';
import { orderProblems } from '../orders/order-problems.js';

/** Seconds after which to ask again for what the gateway has not said. */
const UNKNOWN_S = 5;

const retryAfter = { 'retry-after': String(UNKNOWN_S) };

export const accountProblems = {
  /** 409: the gateway keeps no such things, or we have no way to them yet. */
  notSupported: (what: string): Problem =>
    problems.conflict('not_supported_by_gateway', `No gateway that the app has keys for keeps ${what} for it here.`),
  /** 504: the same again does no harm. */
  unknown: (): Problem =>
    new Problem({
      status: 504,
      code: 'outcome_unknown',
      detail: 'The gateway did not say whether it happened: send the same request again, which does no harm.',
      headers: retryAfter,
    }),
  /** 504: this very call may have happened. */
  subscriptionUnknown: (operation: Uuid): Problem =>
    new Problem({
      status: 504,
      code: 'outcome_unknown',
      detail: `The gateway did not say whether ${formatId('operation', operation)} happened. It is being asked: send the same request with the same Idempotency-Key again, and none with another.`,
      headers: retryAfter,
    }),
  /** 409: what was done before is not known yet. */
  subscriptionFenced: (kind: string): Problem =>
    new Problem({
      status: 409,
      code: 'outcome_unknown',
      detail: `The gateway has not said yet what became of the last ${kind}, so nothing else is begun. It is being asked.`,
      headers: retryAfter,
    }),
  /** 503: what was asked for is done, and its sheet could not be put together. */
  sheetLater: (reason: string): Problem =>
    new Problem({
      status: 503,
      code: 'sheet_unavailable',
      detail: `The subscription is made, and its sheet could not be fetched (${reason}): send the same request with the same Idempotency-Key again to have it.`,
      headers: { 'retry-after': '1' },
    }),
} as const;

/** What a call came to. @throws Problem unless it was done. */
export function valueOf<Value>(outcome: AccountOutcome<Value>, missing: string): Value {
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'missing':
      throw problems.notFound(missing);
    case 'declined':
      throw orderProblems.declined(outcome);
    case 'refused':
      throw orderProblems.refused(outcome);
    case 'not_done':
      throw orderProblems.notDone(outcome);
    case 'unknown':
      throw accountProblems.unknown();
  }
}

/** What a read found. @throws Problem unless it did. */
export function foundOf<Value>(read: ReadOutcome<Value>, missing: string): Value {
  switch (read.kind) {
    case 'found':
      return read.value;
    case 'missing':
      throw problems.notFound(missing);
    case 'later':
      throw orderProblems.notDone(read);
  }
}
