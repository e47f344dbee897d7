import type { FormProblem, ProblemCode } from './form-problem.js';

export interface ReadField {
  readonly typed: string;
  readonly problems: readonly FormProblem[];
}

/** Longer than any address; what is longer is not sent back either. */
const MAX_EMAIL = 320;
const MAX_NAME = 100;

/** Roughly an address: whether mail can go there is for others to judge. */
export function readEmail(form: URLSearchParams): ReadField {
  const typed = (form.get('email') ?? '').trim().slice(0, MAX_EMAIL);
  if (typed === '') return { typed, problems: [{ code: 'email_missing' }] };
  return { typed, problems: /^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(typed) ? [] : [{ code: 'email_malformed' }] };
}

export function readName(form: URLSearchParams): ReadField {
  const typed = (form.get('name') ?? '').trim();
  const long = [...typed].length > MAX_NAME;
  return {
    typed: long ? [...typed].slice(0, MAX_NAME).join('') : typed,
    problems: long ? [{ code: 'name_too_long' }] : [],
  };
}

/** A password is taken as it was typed, spaces at its ends included. */
export function readPassword(form: URLSearchParams, missing: ProblemCode): ReadField {
  const typed = form.get('password') ?? '';
  return { typed, problems: typed === '' ? [{ code: missing }] : [] };
}

/** A code of an authenticator app or a mail, however its digits were grouped. */
export function readDigits(form: URLSearchParams): ReadField {
  const typed = (form.get('code') ?? '').replaceAll(/[\s-]/g, '');
  if (typed === '') return { typed, problems: [{ code: 'code_missing' }] };
  return { typed, problems: /^\d{6}$/.test(typed) ? [] : [{ code: 'code_malformed' }] };
}

export function readRecoveryCode(form: URLSearchParams): ReadField {
  const typed = (form.get('code') ?? '').trim().slice(0, 100);
  return { typed, problems: typed === '' ? [{ code: 'code_missing' }] : [] };
}
