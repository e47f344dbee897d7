import type { Uuid } from '@signalbox/contracts';
import type { FastifyInstance } from 'fastify';
import { again, type Answer, type Desk, follow, type Guest } from '../desk.js';
import type { ProblemCode } from '../forms/form-problem.js';
import { readDigits, type ReadField, readRecoveryCode } from '../forms/read-fields.js';
import { pathOf } from '../paths.js';
import type { AppUser, CodeVerdict } from '../ports.js';
import { mailCodePage, recoveryCodePage, secondFactorPage } from './second-factor-pages.js';

/** What is asked for besides the first factor. */
export async function secondFactorRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  const { secondFactors, mailCodes } = desk.parts;

  fastify.get(
    '/sign-in/:uid/second-factor',
    desk.showing(known(desk, async (guest, { userId }) => show(desk, guest, userId))),
  );
  fastify.post(
    '/sign-in/:uid/second-factor',
    desk.taking(
      'second-factor',
      proving(desk, 'second-factor', readDigits, 'code_wrong', (user, code, { visitor }) =>
        secondFactors.verifyTotp(user, code, visitor.deviceId),
      ),
    ),
  );

  fastify.get(
    '/sign-in/:uid/recovery-code',
    desk.showing(known(desk, async (guest) => ({ show: recoveryCodePage({ ...stateOf(guest), methods: [] }) }))),
  );
  fastify.post(
    '/sign-in/:uid/recovery-code',
    desk.taking(
      'recovery-code',
      proving(desk, 'recovery-code', readRecoveryCode, 'recovery_code_wrong', (user, code, { visitor }) =>
        secondFactors.verifyRecoveryCode(user, code, visitor.deviceId),
      ),
    ),
  );

  fastify.get(
    '/sign-in/:uid/mail-code',
    desk.showing(known(desk, async (guest) => ({ show: mailCodePage(stateOf(guest)) }))),
  );
  fastify.post(
    '/sign-in/:uid/mail-code',
    desk.taking(
      'mail-code',
      proving(desk, 'mail-code', readDigits, 'mail_code_wrong', (user, code, { open }) =>
        mailCodes.verify(user, open.uid, code),
      ),
    ),
  );
  fastify.post(
    '/sign-in/:uid/mail-code/again',
    desk.taking(
      'mail-code',
      known(desk, (guest, user) => sendCode(desk, guest, user)),
    ),
  );
}

async function show(desk: Desk, guest: Guest, userId: Uuid): Promise<Answer> {
  const methods = await desk.parts.secondFactors.methodsOf(userId);
  // Who has none is here since the sign-in is unusual: a mail is what is left.
  if (methods.length === 0) return sendCode(desk, guest, { appId: guest.appId, userId });
  return { show: secondFactorPage({ ...stateOf(guest), methods }) };
}

async function sendCode({ parts }: Desk, guest: Guest, user: AppUser): Promise<Answer> {
  const sent = await parts.mailCodes.send(user, guest.open.uid, guest.locale);
  return again(guest, 'mail-code', sent.end === 'sent' ? [] : [{ code: 'slow_down', seconds: sent.retryAfterSeconds }]);
}

/** A handler for whoever has given a first factor in this sign-in; everybody else begins with that. */
function known<More extends unknown[]>(
  { parts }: Desk,
  work: (guest: Guest, user: AppUser, ...more: More) => Promise<Answer>,
): (guest: Guest, ...more: More) => Promise<Answer> {
  return async (guest, ...more) => {
    const { userId } = await parts.flow.progressOf(guest.open);
    return userId === undefined
      ? { goTo: pathOf(guest.open.uid) }
      : work(guest, { appId: guest.appId, userId }, ...more);
  };
}

/** A handler of a form with one code. */
function proving(
  desk: Desk,
  page: string,
  read: (form: URLSearchParams) => ReadField,
  wrong: ProblemCode,
  verify: (user: AppUser, code: string, guest: Guest) => Promise<CodeVerdict>,
): (guest: Guest, form: URLSearchParams) => Promise<Answer> {
  return known(desk, async (guest, user, form: URLSearchParams) => {
    const { typed, problems } = read(form);
    if (problems.length > 0) return again(guest, page, problems);
    const verdict = await verify(user, typed, guest);
    switch (verdict.end) {
      case 'passed':
        return follow(guest, await desk.parts.flow.passed(guest.open, verdict.factor, guest.visitor));
      case 'refused':
        return again(guest, page, [{ code: wrong }]);
      case 'slow_down':
        return again(guest, page, [{ code: 'slow_down', seconds: verdict.retryAfterSeconds }]);
    }
  });
}

function stateOf(guest: Guest) {
  return { ...guest, uid: guest.open.uid, problems: guest.trail.problems };
}
