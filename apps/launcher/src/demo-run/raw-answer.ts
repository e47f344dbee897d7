import { z } from 'zod';

/** Typed details of Google's errors, as far as they say more than the status. */
const detail = z.looseObject({
  errorCode: z.string().optional(),
  fieldViolations: z.array(z.looseObject({ field: z.string() })).optional(),
});

/** What a delivery keeps of an answer, of any provider: `reason` is Apple's word, `error` Google's. */
const keptAnswer = z.looseObject({
  status: z.number().optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
  error: z.looseObject({ status: z.string().optional(), details: z.array(detail).optional() }).optional(),
  text: z.string().optional(),
});

/**
 * A provider's answer in a few words: `410 Unregistered`, `no answer (ECONNRESET)`; `none recorded` where nobody was asked.
 *
 * @param answer as the API gives it.
 */
export function shortAnswer(answer: unknown): string {
  if (answer === undefined) return 'none recorded';
  const { status, reason, code, error, text } = keptAnswer.catch({}).parse(answer);
  if (status === undefined) return code === undefined ? 'no answer' : `no answer (${code})`;
  const errorCode = error?.details?.find((each) => each.errorCode !== undefined)?.errorCode;
  const field = error?.details?.flatMap((each) => each.fieldViolations ?? [])[0]?.field;
  return [
    String(status),
    reason ?? errorCode ?? error?.status ?? (text === undefined ? undefined : 'and a web page'),
    field === undefined ? undefined : `(${field})`,
  ]
    .filter((word) => word !== undefined)
    .join(' ');
}
