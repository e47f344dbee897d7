import { z } from 'zod';
import { type Ending, type Outcome, RESET_CODES, type ResetCode } from '../apns/ending.js';
import { statusOfReason, usualReason } from '../apns/reasons.js';

const TEN_MINUTES_MS = 600_000;
const DAY_SECONDS = 86_400;
const resetCodes = Object.keys(RESET_CODES) as ResetCode[];

/** The fields an outcome is written with; at most one of status/reason, reset, hang, disconnect. */
export const outcomeFields = {
  status: z.int().min(200).max(599).optional(),
  reason: z.string().min(1).max(100).optional(),
  /** Milliseconds since 1970: what a 410 says about when the device was last known. */
  timestamp: z.int().min(0).optional(),
  /** Seconds, sent as Retry-After. */
  retryAfter: z.int().min(0).max(DAY_SECONDS).optional(),
  latencyMs: z.int().min(0).max(TEN_MINUTES_MS).optional(),
  reset: z.union([z.literal(true), z.enum(resetCodes)], `true or one of ${resetCodes.join(', ')}`).optional(),
  hang: z.literal(true, 'true, or leave it out').optional(),
  disconnect: z.literal(true, 'true, or leave it out').optional(),
};

type Fields = z.output<z.ZodObject<typeof outcomeFields>>;

/** Reports fields that contradict each other. */
export function checkOutcome(fields: Fields, context: z.RefinementCtx): void {
  const endings = [answers(fields), fields.reset !== undefined, fields.hang, fields.disconnect].filter(Boolean);
  if (endings.length > 1) {
    context.addIssue({
      code: 'custom',
      message: 'choose one of: status/reason/timestamp/retryAfter, reset, hang, disconnect',
    });
    return;
  }
  if (!answers(fields)) return;
  if (fields.status === undefined && statusOfReason(fields.reason ?? '') === undefined) {
    context.addIssue({ code: 'custom', path: ['status'], message: 'give a status: only APNs reasons imply one' });
  }
  if (fields.status === 200 && fields.reason !== undefined) {
    context.addIssue({ code: 'custom', path: ['reason'], message: 'an accepted notification (200) has no reason' });
  }
}

/** `timestamp` of a 410 is now when it is left out. */
export function toOutcome(fields: Fields, now = Date.now()): Outcome {
  return { ending: endingOf(fields, now), latencyMs: fields.latencyMs };
}

/** What `PUT /v1/apns/tokens/{token}` takes as `outcome`. */
export const outcomeSchema = z
  .strictObject(outcomeFields)
  .superRefine(checkOutcome)
  .transform((fields) => toOutcome(fields));

/** The fields that say the same as the outcome, so that what was read can be written back. */
export function toFields({ ending, latencyMs }: Outcome): object {
  return { ...(ending && fieldsOf(ending)), latencyMs };
}

function fieldsOf(ending: Ending): object {
  switch (ending.kind) {
    case 'answer':
      return {
        status: ending.status,
        reason: ending.reason,
        timestamp: ending.timestamp,
        retryAfter: ending.retryAfter,
      };
    case 'reset':
      return { reset: ending.code };
    case 'hang':
      return { hang: true };
    case 'disconnect':
      return { disconnect: true };
  }
}

function endingOf(fields: Fields, now: number): Ending | undefined {
  if (fields.hang) return { kind: 'hang' };
  if (fields.disconnect) return { kind: 'disconnect' };
  if (fields.reset !== undefined)
    return { kind: 'reset', code: fields.reset === true ? 'INTERNAL_ERROR' : fields.reset };
  if (!answers(fields)) return undefined;
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
