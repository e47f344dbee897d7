import { z } from 'zod';
import type { Words } from '../words/words.js';

export type FieldName = 'email' | 'name' | 'password' | 'code';

/** What can be wrong with a sent form, and the field to put it right in; null: no field of its own. */
const FIELD_OF = {
  email_missing: 'email',
  email_malformed: 'email',
  name_too_long: 'name',
  password_missing: 'password',
  new_password_missing: 'password',
  password_too_short: 'password',
  password_too_long: 'password',
  password_not_text: 'password',
  password_breached: 'password',
  password_guessable: 'password',
  code_missing: 'code',
  code_malformed: 'code',
  code_wrong: 'code',
  recovery_code_wrong: 'code',
  mail_code_wrong: 'code',
  credentials_wrong: null,
  credentials_wrong_or_unproven: null,
  slow_down: null,
  email_taken: null,
  form_stale: null,
  passkey_refused: null,
  passkey_failed: null,
  provider_silent: null,
  provider_failed: null,
  provider_cancelled: null,
  needs_proof: null,
} as const satisfies Readonly<Record<keyof Words['problems'], FieldName | null>>;

export type ProblemCode = keyof typeof FIELD_OF;

export const formProblem = z.object({
  code: z.enum(Object.keys(FIELD_OF) as [ProblemCode, ...ProblemCode[]]),
  /** Of `slow_down`. */
  seconds: z.int().optional(),
  /** The provider's, where it is about one. */
  name: z.string().optional(),
});
export type FormProblem = z.output<typeof formProblem>;

/** A sentence that says what is wrong and what to do. */
export function sentence({ code, seconds = 1, name = '' }: FormProblem, { problems, waits }: Words): string {
  const words = problems[code];
  if (typeof words === 'string') return words;
  const wait = seconds < 90 ? waits.seconds(seconds) : waits.minutes(Math.ceil(seconds / 60));
  return words(code === 'slow_down' ? wait : name);
}

/** The problems of one field; of `null` those of the whole form. */
export function problemsOf(problems: readonly FormProblem[], field: FieldName | null): readonly FormProblem[] {
  return problems.filter(({ code }) => FIELD_OF[code] === field);
}

/** The field that the cursor belongs into: the first one that is to be put right. */
export function firstFaulty(problems: readonly FormProblem[]): FieldName | undefined {
  return problems.flatMap(({ code }) => FIELD_OF[code] ?? [])[0];
}
