import { z } from 'zod';
import type { Outcome } from '../scripting/decision.js';
import type { WebPushEnding } from '../webpush/ending.js';
import { contradicts, silenceFields, silenceOf, toSilenceFields } from './silence-fields.js';

const DAY_SECONDS = 86_400;

/** The fields an outcome of the push service is written with; at most one of status, reset, hang, disconnect. */
export const webPushOutcomeFields = {
  status: z.int().min(200).max(599).optional(),
  /** Sent as Apple does; absent: words, as the others send them. */
  reason: z.string().min(1).max(100).optional(),
  /** Seconds, sent as Retry-After. */
  retryAfter: z.int().min(0).max(DAY_SECONDS).optional(),
  ...silenceFields,
};

type Fields = z.output<z.ZodObject<typeof webPushOutcomeFields>>;

/** Reports fields that contradict each other. */
export function checkWebPushOutcome(fields: Fields, context: z.RefinementCtx): void {
  if (contradicts(fields, answers(fields), 'status/reason/retryAfter', context)) return;
  if (answers(fields) && fields.status === undefined)
    context.addIssue({ code: 'custom', path: ['status'], message: 'give a status: no reason implies one' });
}

export function toWebPushOutcome(fields: Fields): Outcome<WebPushEnding> {
  return { ending: endingOf(fields), latencyMs: fields.latencyMs };
}

/** What `PUT /v1/webpush/tokens/{token}` takes as `outcome`. */
export const webPushOutcomeSchema = z
  .strictObject(webPushOutcomeFields)
  .superRefine(checkWebPushOutcome)
  .transform((fields) => toWebPushOutcome(fields));

/** The fields that say the same as the outcome, so that what was read can be written back. */
export function toWebPushFields({ ending, latencyMs }: Outcome<WebPushEnding>): object {
  if (ending === undefined) return { latencyMs };
  if (ending.kind !== 'answer') return { ...toSilenceFields(ending), latencyMs };
  const { kind: _kind, ...rest } = ending;
  return { ...rest, latencyMs };
}

function endingOf(fields: Fields): WebPushEnding | undefined {
  const silence = silenceOf(fields);
  const { status, reason, retryAfter } = fields;
  if (silence || status === undefined) return silence;
  return { kind: 'answer', status, reason, retryAfter };
}

function answers({ status, reason, retryAfter }: Fields): boolean {
  return [status, reason, retryAfter].some((field) => field !== undefined);
}
