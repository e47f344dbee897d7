import { setTimeout as sleep } from 'node:timers/promises';
import { formOf, takeForms } from '@signalbox/html';
import { Problem, prefixOf } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ActionJournal } from '../journal/action-journal.js';
import { loginPage, signedOutPage } from '../pages/login-page.js';
import { sendPage } from '../pages/page.js';
import type { AttemptLimit } from './attempt-limit.js';
import type { AuthDoor } from './auth-door.js';
import type { OperatorPassword } from './operator-password.js';
import { ownPath } from './own-path.js';
import { accountOf, noAccountCookie, noSessionCookie, sessionCookie, sessionOf } from './session-cookie.js';
import type { Sessions } from './sessions.js';

export interface SignInParts {
  readonly password: OperatorPassword;
  readonly sessions: Sessions;
  readonly limit: AttemptLimit;
  readonly journal: ActionJournal;
  /** Where operators have accounts of their own, and the password is for when those do not work. */
  readonly door: AuthDoor | undefined;
  readonly logger: Logger;
}

/** A wrong password is answered this late, in milliseconds. */
const WRONG_PASSWORD_DELAY = 400;
const FORM_LIMIT = 4_096;

/** `/login` and `/logout`: plain forms that need no script. */
export async function signInRoutes(fastify: FastifyInstance, parts: SignInParts): Promise<void> {
  const hasAccounts = parts.door !== undefined;
  takeForms(fastify, FORM_LIMIT);

  fastify.get('/login', (request: FastifyRequest<{ Querystring: { next?: string | string[] } }>, reply) => {
    const next = ownPath(request.query.next);
    return parts.sessions.holderOf(sessionOf(request)) !== undefined
      ? reply.redirect(next, 303)
      : sendPage(reply, 200, loginPage({ next, hasAccounts }));
  });

  fastify.post('/login', { config: { role: 'anybody' } }, (request, reply) => signIn(parts, request, reply));

  fastify.post('/logout', { config: { role: 'signed_in' } }, (request, reply) => signOut(parts, request, reply));
}

/** Out of the console at once, whatever becomes of the account's session. */
async function signOut(parts: SignInParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  parts.sessions.end(sessionOf(request) ?? '');
  parts.logger.info({ address: request.ip, operator: request.operator?.id }, 'an operator signed out');
  reply.header('set-cookie', [noSessionCookie(request), noAccountCookie(request)]);
  const account = accountOf(request);
  if (parts.door === undefined || account === undefined) return reply.redirect('/login', 303);
  try {
    return await sendPage(reply, 200, signedOutPage((await parts.door.leave(account)).href));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return sendPage(reply, 200, loginPage({ next: '/', problem: STILL_SIGNED_IN, hasAccounts: true }));
  }
}

const STILL_SIGNED_IN =
  'You are signed out of the console. The auth service does not answer, so this browser is still signed in there.';

async function signIn(parts: SignInParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const hasAccounts = parts.door !== undefined;
  const form = formOf(request);
  const next = ownPath(form.get('next') ?? undefined);
  const wait = parts.limit.take(request.ip);
  if (wait > 0) {
    parts.logger.warn({ address: request.ip }, 'too many wrong passwords');
    reply.header('retry-after', wait);
    return sendPage(
      reply,
      429,
      loginPage({ next, hasAccounts, problem: `Too many attempts. Try again in ${wait} seconds.` }),
    );
  }
  if (!parts.password.matches(form.get('password') ?? '')) {
    parts.logger.warn({ address: request.ip }, 'wrong operator password');
    await sleep(WRONG_PASSWORD_DELAY);
    return sendPage(reply, 401, loginPage({ next, hasAccounts, problem: 'That is not the operator password.' }));
  }
  parts.limit.forgive(request.ip);
  // Nobody knows who it was: that is for the hour in which the auth service is away, and somebody should hear of it.
  parts.logger.warn({ address: request.ip }, 'somebody came in with the operator password');
  const network = prefixOf(request.ip);
  await parts.journal.record({ kind: 'signed_in', operator: 'break_glass', role: 'admin', network });
  const session = parts.sessions.open({ kind: 'break_glass' });
  return reply.header('set-cookie', sessionCookie(request, session)).redirect(next, 303);
}
