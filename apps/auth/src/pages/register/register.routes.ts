import type { FastifyInstance } from 'fastify';
import { again, type Answer, type Desk, type Guest } from '../desk.js';
import type { FormProblem } from '../forms/form-problem.js';
import { readEmail, readName, readPassword } from '../forms/read-fields.js';
import { pathOf } from '../paths.js';
import type { Weakness } from '../ports.js';
import { checkMailPage } from './check-mail-page.js';
import { closedPage, registerPage } from './register-page.js';

export async function registerRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  fastify.get(
    '/sign-in/:uid/register',
    desk.showing(async (guest) => {
      const { open, theme, words, trail } = guest;
      const { uid } = open;
      const appName = theme.displayName;
      if (isClosed(guest)) return { show: closedPage(uid, appName, words) };
      const hasTerms = theme.links.terms !== undefined;
      const { problems, values } = trail;
      return { show: registerPage({ ...guest, uid, appName, hasTerms, problems, values }) };
    }),
  );
  fastify.post(
    '/sign-in/:uid/register',
    desk.taking('register', async (guest, form) => register(desk, guest, form)),
  );

  fastify.get(
    '/sign-in/:uid/check-mail',
    desk.showing(async (guest) => {
      const { open, trail, words, token } = guest;
      const { userId, needs } = await desk.parts.flow.progressOf(open);
      return {
        show: checkMailPage({
          uid: open.uid,
          token,
          words,
          email: trail.values.email,
          why: userId !== undefined && needs === 'verify-email' ? 'unproven' : 'registered',
          mustVerify: open.client.settings.emailVerification === 'required',
          problems: trail.problems,
          sentAgain: trail.goOn !== undefined,
        }),
      };
    }),
  );
  fastify.post(
    '/sign-in/:uid/check-mail',
    desk.taking('check-mail', async (guest) => sendAgain(desk, guest)),
  );
}

/** Only to the address of somebody who has shown the password. */
async function sendAgain({ parts }: Desk, guest: Guest): Promise<Answer> {
  const { open, appId, visitor } = guest;
  const { userId } = await parts.flow.progressOf(open);
  const email = userId === undefined ? undefined : (await parts.personOf(userId))?.email;
  if (email == null) return { goTo: pathOf(open.uid) };
  const sent = await parts.verification.sendAgain(appId, email, visitor);
  if (sent.end === 'slow_down') {
    return again(guest, 'check-mail', [{ code: 'slow_down', seconds: sent.retryAfterSeconds }]);
  }
  const page = pathOf(open.uid, 'check-mail');
  return { goTo: page, leaving: { goOn: page } };
}

async function register({ parts }: Desk, guest: Guest, form: URLSearchParams): Promise<Answer> {
  const { open, appId, locale, visitor } = guest;
  if (isClosed(guest)) return { goTo: pathOf(open.uid, 'register') };
  const [email, name] = [readEmail(form), readName(form)];
  const password = readPassword(form, 'new_password_missing');
  const problems = [...email.problems, ...name.problems, ...password.problems];
  const values = { email: email.typed, name: name.typed };
  if (problems.length > 0) return again(guest, 'register', problems, values);
  const registered = await parts.registration.register({
    ...{ appId, locale, visitor, email: email.typed, password: password.typed },
    name: name.typed === '' ? undefined : name.typed,
  });
  switch (registered.end) {
    case 'accepted':
      return again(guest, 'check-mail', [], values);
    case 'bad_email':
      return again(guest, 'register', [{ code: 'email_malformed' }], values);
    case 'closed':
      return { goTo: pathOf(open.uid, 'register') };
    case 'weak':
      return again(guest, 'register', [weak(registered.why)], values);
    case 'slow_down':
      return again(guest, 'register', [{ code: 'slow_down', seconds: registered.retryAfterSeconds }], values);
  }
}

export function weak(why: Weakness): FormProblem {
  return { code: `password_${why}` };
}

function isClosed({ open }: Guest): boolean {
  return open.client.settings.registration === 'closed';
}
