import { z } from 'zod';
import type { Ending } from '../apns/ending.js';
import { statusOfReason, usualReason } from '../apns/reasons.js';
import type { Outcome } from '../scripting/decision.js';
import { contradicts, silenceFields, silenceOf, toSilenceFields } from './silence-fields.js';

const DAY_SECONDS = 86_400;

/** The fields an outcome is written with; at most one of status/reason, reset, hang, disconnect. */
export const outcomeFields = {
  status: z.int().min(200).max(599).optional(),
  reason: z.string().min(1).max(100).optional(),
  /** Milliseconds since 1970: what a 410 says about when the device was last known. */
  timestamp: z.int().min(0).optional(),
  /** Seconds, sent as Retry-After. */
  retryAfter: z.int().min(0).max(DAY_SECONDS).optional(),
  ...silenceFields,
};

type Fields = z.output<z.ZodObject<typeof outcomeFields>>;

/** Reports fields that contradict each other. */
export function checkOutcome(fields: Fields, context: z.RefinementCtx): void {
  if (contradicts(fields, answers(fields), 'status/reason/timestamp/retryAfter', context)) return;
  if (!answers(fields)) return;
  if (fields.status === undefined && statusOfReason(fields.reason ?? '') === undefined) {
    context.addIssue({ code: 'custom', path: ['status'], message: 'give a status: only APNs reasons imply one' });
  }
  if (fields.status === 200 && fields.reason !== undefined) {
    context.addIssue({ code: 'custom', path: ['reason'], message: 'an accepted notification (200) has no reason' });
  }
}

/** `timestamp` of a 410 is now when it is left out. */
export function toOutcome(fields: Fields, now = Date.now()): Outcome<Ending> {
  return { ending: endingOf(fields, now), latencyMs: fields.latencyMs };
}

/** What `PUT /v1/apns/tokens/{token}` takes as `outcome`. */
export const outcomeSchema = z
  .strictObject(outcomeFields)
  .superRefine(checkOutcome)
  .transform((fields) => toOutcome(fields));

/** The fields that say the same as the outcome, so that what was read can be written back. */
export function toFields({ ending, latencyMs }: Outcome<Ending>): object {
  return { ...(ending && fieldsOf(ending)), latencyMs };
}

function fieldsOf(ending: Ending): object {
  if (ending.kind !== 'answer') return toSilenceFields(ending);
  const { status, reason, timestamp, retryAfter } = ending;
  return { status, reason, timestamp, retryAfter };
}

function endingOf(fields: Fields, now: number): Ending | undefined {
  const silence = silenceOf(fields);
  if (silence || !answers(fields)) return silence;
  const status = fields.status ?? statusOfReason(fields.reason ?? '') ?? 200;
  if (status === 200) return { kind: 'answer', status };
  return {
    kind: 'answer',
    status,
    reason: fields.reason ?? usualReason(status),
    timestamp: fields.timestamp ?? (status === 410 ? now : undefined),
    retryAfter: fields.retryAfter,
  };
}

function answers(fields: Fields): boolean {
  const { status, reason, timestamp, retryAfter } = fields;
  return [status, reason, timestamp, retryAfter].some((field) => field !== undefined);
}
