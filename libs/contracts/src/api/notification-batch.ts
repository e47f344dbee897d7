import { z } from 'zod';
import { notificationRequest } from './notification-request.js';

/** A line is a notification request, with an idempotency key of its own if the caller wants one. */
export const batchLine = notificationRequest.safeExtend({ idempotencyKey: z.string().optional() });
export type BatchLine = z.input<typeof batchLine>;

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

const lineError = z.object({
  pointer: z.string(),
  reason: z.string(),
  in: z.enum(['query', 'path', 'header']).optional(),
});
const lineProblem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(lineError).optional(),
});
export type LineProblem = z.output<typeof lineProblem>;

const batchLineAnswer = z.discriminatedUnion('status', [
  z.object({ index: z.int(), status: z.literal('accepted'), id: z.string(), replayed: z.boolean() }),
  z.object({ index: z.int(), status: z.literal('refused'), problem: lineProblem }),
]);
export type BatchLineAnswer = z.output<typeof batchLineAnswer>;

/** The last line of an answer in lines; without it, the answer is incomplete. */
export interface BatchEnd {
  /** False: not all lines were read; `problem` says why. */
  readonly done: boolean;
  readonly accepted: number;
  readonly refused: number;
  readonly problem?: LineProblem;
}

export const batchAnswer = z.object({ results: z.array(batchLineAnswer) });
export type BatchAnswer = z.output<typeof batchAnswer>;
