import { z } from 'zod';
import type { FcmEnding } from '../fcm/ending.js';
import { statusOfErrorCode, usualErrorCode } from '../fcm/error-codes.js';
import type { Outcome } from '../scripting/decision.js';
import { contradicts, silenceFields, silenceOf, toSilenceFields } from './silence-fields.js';

const DAY_SECONDS = 86_400;

/** The fields an outcome of FCM is written with; at most one of the answer's fields, reset, hang, disconnect. */
export const fcmOutcomeFields = {
  status: z.int().min(200).max(599).optional(),
  /** `FcmError.errorCode`; null for an answer without that detail. */
  errorCode: z
    .string()
    .regex(/^[A-Z_]{1,60}$/, 'a code such as UNREGISTERED, or null')
    .nullable()
    .optional(),
  message: z.string().min(1).max(1000).optional(),
  /** `google.rpc.BadRequest`. */
  fieldViolations: z
    .array(z.strictObject({ field: z.string().max(200).optional(), description: z.string().max(1000) }))
    .max(20)
    .optional(),
  /** `google.rpc.ErrorInfo.reason`. */
  reason: z.string().min(1).max(100).optional(),
  quota: z.enum(['project', 'device']).optional(),
  /** Seconds, sent as Retry-After. */
  retryAfter: z.int().min(0).max(DAY_SECONDS).optional(),
  html: z.literal(true, 'true, or leave it out').optional(),
  ...silenceFields,
};

type Fields = z.output<z.ZodObject<typeof fcmOutcomeFields>>;

/** Reports fields that contradict each other. */
export function checkFcmOutcome(fields: Fields, context: z.RefinementCtx): void {
  const { status, errorCode } = fields;
  if (contradicts(fields, answers(fields), 'status/errorCode/message/retryAfter/html', context)) return;
  if (!answers(fields)) return;
  if (status === undefined && statusOfErrorCode(errorCode ?? '') === undefined)
    context.addIssue({ code: 'custom', path: ['status'], message: 'give a status: only FCM error codes imply one' });
  if (status === 200 && typeof errorCode === 'string')
    context.addIssue({ code: 'custom', path: ['errorCode'], message: 'an accepted message (200) has no error code' });
}

export function toFcmOutcome(fields: Fields): Outcome<FcmEnding> {
  return { ending: endingOf(fields), latencyMs: fields.latencyMs };
}

/** What `PUT /v1/fcm/tokens/{token}` takes as `outcome`. */
export const fcmOutcomeSchema = z
  .strictObject(fcmOutcomeFields)
  .superRefine(checkFcmOutcome)
  .transform((fields) => toFcmOutcome(fields));

/** The fields that say the same as the outcome, so that what was read can be written back. */
export function toFcmFields({ ending, latencyMs }: Outcome<FcmEnding>): object {
  if (ending === undefined) return { latencyMs };
  if (ending.kind !== 'answer') return { ...toSilenceFields(ending), latencyMs };
  const { kind: _kind, errorCode, ...rest } = ending;
  // An answer without details is written as null: left out, the field would mean the usual code of the status.
  const missing = ending.status === 200 || usualErrorCode(ending.status) === undefined ? undefined : null;
  return { ...rest, errorCode: errorCode ?? missing, latencyMs };
}

function endingOf(fields: Fields): FcmEnding | undefined {
  const silence = silenceOf(fields);
  if (silence || !answers(fields)) return silence;
  const status = fields.status ?? statusOfErrorCode(fields.errorCode ?? '') ?? 200;
  if (status === 200) return { kind: 'answer', status };
  const { message, fieldViolations, reason, quota, retryAfter, html } = fields;
  const usual = html || fieldViolations ? undefined : usualErrorCode(status);
  const errorCode = fields.errorCode === undefined ? usual : (fields.errorCode ?? undefined);
  return { kind: 'answer', status, errorCode, message, fieldViolations, reason, quota, retryAfter, html };
}

function answers(fields: Fields): boolean {
  const { status, errorCode, message, fieldViolations, reason, quota, retryAfter, html } = fields;
  const given = [status, errorCode, message, fieldViolations, reason, quota, retryAfter, html];
  return given.some((field) => field !== undefined);
}
