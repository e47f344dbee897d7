import { consentPage } from './consent/consent-page.js';
import type { Page } from './document/document.js';
import { recoveryCodesPage, enrolPage } from './enrol/enrol-pages.js';
import type { FormProblem, ProblemCode } from './forms/form-problem.js';
import { loginPage } from './login/login-page.js';
import { refusedPage } from './login/refused-page.js';
import { choicePage } from './login/choice-page.js';
import { messagePage } from './message-page.js';
import { overPage } from './over-page.js';
import { askPage, resetPage, sentPage } from './recover/recover-pages.js';
import { checkMailPage } from './register/check-mail-page.js';
import { closedPage, registerPage } from './register/register-page.js';
import { mailCodePage, recoveryCodePage, secondFactorPage } from './second-factor/second-factor-pages.js';
import { undoPage } from './undo/undo.routes.js';
import { verifyPage } from './verify/verify.routes.js';
import type { Words } from './words/words.js';

/** Every page in the states that look different, with names that would be HTML if they were let. */
export function gallery(words: Words): Readonly<Record<string, Page>> {
  const state = (...codes: ProblemCode[]) => ({
    words,
    token: 'token',
    problems: codes.map((code): FormProblem => ({ code, seconds: 90, name: 'Google' })),
  });
  const place = { uid: 'uid', appName: 'Kaffee & <b>Kuchen</b>' };
  const email = 'ann@example.com';
  const providers = [
    { name: 'google', label: 'Google', brand: 'google' },
    { name: 'apple', label: 'Apple', brand: 'apple' },
    { name: 'firma', label: 'Firma "X" <i>', brand: 'other' },
  ] as const;
  const login = { ...place, email: undefined, providers, mayRegister: true };
  const person = { name: 'Ann <Miller>', email, locale: null };
  const mail = { ...place, email, mustVerify: false, sentAgain: false, why: 'registered' } as const;
  const enrolment = {
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    url: 'otpauth://totp/Shop:ann?secret=JBSWY3DPEHPK3PXP',
  };
  const codes = Array.from({ length: 10 }, (_, index) => `4f7kq${index}-x2m9rt-mbt71z-9tr2xk`);
  return {
    login: loginPage({ ...login, ...state() }),
    'login alone': loginPage({ ...login, ...state(), providers: [], mayRegister: false, email }),
    'login wrong': loginPage({ ...login, ...state('credentials_wrong'), email }),
    'login wrong or unproven': loginPage({ ...login, ...state('credentials_wrong_or_unproven'), email }),
    'login empty': loginPage({ ...login, ...state('email_missing', 'password_missing') }),
    'login slow': loginPage({ ...login, ...state('slow_down'), email }),
    'provider silent': loginPage({ ...login, ...state('provider_silent') }),
    'needs proof': loginPage({ ...login, ...state('needs_proof') }),
    register: registerPage({ ...place, ...state(), values: {}, hasTerms: true }),
    'register weak': registerPage({
      ...{ ...place, ...state('email_malformed', 'name_too_long', 'password_breached') },
      ...{ values: { email: 'ann@', name: 'Ann' }, hasTerms: false },
    }),
    'register closed': closedPage(place.uid, place.appName, words),
    'check mail': checkMailPage({ ...mail, ...state() }),
    'check mail first': checkMailPage({ ...mail, ...state(), mustVerify: true, email: undefined }),
    'check mail unproven': checkMailPage({ ...mail, ...state(), why: 'unproven', sentAgain: true }),
    consent: consentPage({ ...place, ...state(), person }),
    'consent by mail': consentPage({ ...place, ...state(), person: { ...person, name: null } }),
    'consent of nobody': consentPage({ ...place, ...state('form_stale'), person: undefined }),
    'second factor': secondFactorPage({ ...place, ...state(), methods: ['totp', 'passkey', 'recovery_code'] }),
    'second factor wrong': secondFactorPage({ ...place, ...state('code_wrong'), methods: ['totp'] }),
    'passkey only': secondFactorPage({ ...place, ...state(), methods: ['passkey', 'recovery_code'] }),
    'recovery code': recoveryCodePage({ ...place, ...state('recovery_code_wrong'), methods: [] }),
    'mail code': mailCodePage({ ...place, ...state() }),
    enrol: enrolPage({ ...place, ...enrolment, ...state() }),
    'enrol wrong': enrolPage({ ...place, ...enrolment, ...state('code_malformed') }),
    'recovery codes': recoveryCodesPage({ ...place, ...state(), codes }),
    'recover ask': askPage({ ...place, ...state(), email: undefined }),
    'recover sent': sentPage(place.uid, email, words),
    'recover reset': resetPage(state('password_too_short')),
    'recover done': messagePage(words.recover.doneTitle, [words.recover.done]),
    verify: verifyPage(state()),
    'verify taken': verifyPage(state('email_taken')),
    'verify stale': messagePage(words.verify.staleTitle, [words.verify.stale]),
    undo: undoPage(state()),
    'undo done': messagePage(words.undo.doneTitle, [words.undo.done]),
    refused: refusedPage('unusual', place.uid, words),
    'refused account': refusedPage('account', place.uid, words),
    'password due': refusedPage('password_reset_due', place.uid, words),
    choice: choicePage({ ...state(), action: '/choice' }),
    over: overPage(words),
  };
}
