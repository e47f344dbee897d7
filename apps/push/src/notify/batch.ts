import { parseIdempotencyKey, Problem, refuseNotAvailable, problems, zodErrors } from '@signalbox/http';
import { z } from 'zod';
import { answerOf } from './accept-answer.js';
import type { AcceptResult } from './acceptor.js';
import { NOT_AVAILABLE, notificationRequest, type NotificationRequest } from './notification-request.js';
import { refuseOversized } from './payload-limit.js';

/** A line is a notification request, with an idempotency key of its own if the caller wants one. */
const batchLine = notificationRequest.extend({ idempotencyKey: z.string().optional() });

export const batchRequest = z.strictObject({
  notifications: z
    .array(
      z
        .unknown()
        .describe(
          'As the body of POST /v1/notifications, and optionally idempotencyKey; each line is checked for itself',
        ),
    )
    .min(1)
    .max(500),
});
export type BatchRequest = z.output<typeof batchRequest>;

const lineProblem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), reason: z.string() })).optional(),
});
type LineProblem = z.output<typeof lineProblem>;

const batchLineAnswer = z.discriminatedUnion('status', [
  z.object({ index: z.int(), status: z.literal('accepted'), id: z.string(), replayed: z.boolean() }),
  z.object({ index: z.int(), status: z.literal('refused'), problem: lineProblem }),
]);
export type BatchLineAnswer = z.output<typeof batchLineAnswer>;

export const batchAnswer = z.object({ results: z.array(batchLineAnswer) });
export type BatchAnswer = z.output<typeof batchAnswer>;

interface CheckedLine {
  readonly request: NotificationRequest;
  readonly idempotencyKey: string | undefined;
  answer(index: number, send: () => Promise<AcceptResult>): Promise<BatchLineAnswer>;
}

/** Checks one line as if it had come alone. */
export function checkLine(line: unknown): CheckedLine | { readonly problem: LineProblem } {
  try {
    refuseNotAvailable(NOT_AVAILABLE, line);
    const parsed = batchLine.safeParse(line, { reportInput: true });
    if (!parsed.success) throw problems.invalid(zodErrors(parsed.error.issues, undefined));
    const { idempotencyKey, ...request } = parsed.data;
    refuseOversized(request);
    return { request, idempotencyKey: parseIdempotencyKey(idempotencyKey), answer: answerLine };
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

async function answerLine(index: number, send: () => Promise<AcceptResult>): Promise<BatchLineAnswer> {
  try {
    const { body, replayed } = answerOf(await send());
    return { index, status: 'accepted', id: body.id, replayed };
  } catch (error) {
    return { index, status: 'refused', problem: problemOf(error) };
  }
}

function problemOf(error: unknown): LineProblem {
  if (!(error instanceof Problem)) throw error;
  return {
    code: error.code,
    detail: error.detail,
    ...(error.errors === undefined ? {} : { errors: error.errors.map(({ pointer, reason }) => ({ pointer, reason })) }),
  };
}
