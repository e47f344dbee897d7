import { batchLine, type BatchLineAnswer, type LineProblem, type NotificationRequest } from '@signalbox/contracts';
import {
  KEY_IN_HEADER,
  type KeyPlace,
  parseIdempotencyKey,
  problemOfError,
  problems,
  zodErrors,
} from '@signalbox/http';
import { answerOf } from './accept-answer.js';
import type { AcceptResult } from './acceptor.js';

const KEY_OF_LINE: KeyPlace = { pointer: '/idempotencyKey' };

interface CheckedLine {
  readonly request: NotificationRequest;
  readonly idempotencyKey: string | undefined;
  answer(index: number, send: () => Promise<AcceptResult>): Promise<BatchLineAnswer>;
}

/** Checks one line as if it had come alone. */
export function checkLine(line: unknown): CheckedLine | { readonly problem: LineProblem } {
  try {
    const parsed = batchLine.safeParse(line, { reportInput: true });
    if (!parsed.success) throw problems.invalid(zodErrors(parsed.error.issues, undefined));
    const { idempotencyKey: given, ...request } = parsed.data;
    if (request.options.dryRun === true)
      throw problems.invalid([
        { pointer: '/options/dryRun', reason: 'is for notifications that are sent by themselves' },
      ]);
    const idempotencyKey = parseIdempotencyKey(given, KEY_OF_LINE);
    const keyPlace = idempotencyKey === undefined ? KEY_IN_HEADER : KEY_OF_LINE;
    return { request, idempotencyKey, answer: (index, send) => answerLine(index, keyPlace, send) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** @throws Problem 503 when every line met a busy or silent database: then the batch as a whole is to be sent again. */
export function refuseIfNothingWasStored(results: readonly BatchLineAnswer[]): void {
  if (!results.every((result) => result.status === 'refused' && result.problem.code === 'unavailable')) return;
  throw problems.unavailable(
    'The database does not keep up at the moment; repeat the batch with the same Idempotency-Key.',
    1,
  );
}

async function answerLine(
  index: number,
  keyPlace: KeyPlace,
  send: () => Promise<AcceptResult>,
): Promise<BatchLineAnswer> {
  try {
    const { body, replayed } = answerOf(await send(), 'accepted', keyPlace);
    return { index, status: 'accepted', id: body.id, replayed };
  } catch (error) {
    return { index, status: 'refused', problem: problemOf(error) };
  }
}

/** What is said of a line. @throws what is nobody's but ours. */
export function problemOf(error: unknown): LineProblem {
  const { status, code, detail, errors } = problemOfError(error);
  if (status === 500) throw error;
  return { code, detail, ...(errors === undefined ? {} : { errors: [...errors] }) };
}
