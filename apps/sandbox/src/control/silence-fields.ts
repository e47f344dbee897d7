import { z } from 'zod';
import { RESET_CODES, type ResetCode, type Silence } from '../scripting/decision.js';

const TEN_MINUTES_MS = 600_000;
const resetCodes = Object.keys(RESET_CODES) as ResetCode[];

/** The fields of an outcome that do not depend on the provider. */
export const silenceFields = {
  latencyMs: z.int().min(0).max(TEN_MINUTES_MS).optional(),
  reset: z.union([z.literal(true), z.enum(resetCodes)], `true or one of ${resetCodes.join(', ')}`).optional(),
  hang: z.literal(true, 'true, or leave it out').optional(),
  disconnect: z.literal(true, 'true, or leave it out').optional(),
};

export type SilenceFields = z.output<z.ZodObject<typeof silenceFields>>;

/** Reports more than one ending. `answers`: whether fields of an answer are there, which `answerFields` names. */
export function contradicts(
  fields: SilenceFields,
  answers: boolean,
  answerFields: string,
  context: z.RefinementCtx,
): boolean {
  const endings = [answers, fields.reset !== undefined, fields.hang, fields.disconnect].filter(Boolean);
  if (endings.length <= 1) return false;
  context.addIssue({ code: 'custom', message: `choose one of: ${answerFields}, reset, hang, disconnect` });
  return true;
}

export function silenceOf(fields: SilenceFields): Silence | undefined {
  if (fields.hang) return { kind: 'hang' };
  if (fields.disconnect) return { kind: 'disconnect' };
  if (fields.reset === undefined) return undefined;
  return { kind: 'reset', code: fields.reset === true ? 'INTERNAL_ERROR' : fields.reset };
}

export function toSilenceFields(silence: Silence): object {
  switch (silence.kind) {
    case 'reset':
      return { reset: silence.code };
    case 'hang':
      return { hang: true };
    case 'disconnect':
      return { disconnect: true };
  }
}
