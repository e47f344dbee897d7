import { setTimeout as sleep } from 'node:timers/promises';
import { formOf, takeForms } from '@signalbox/html';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loginPage } from '../pages/login-page.js';
import { sendPage } from '../pages/page.js';
import type { AttemptLimit } from './attempt-limit.js';
import type { OperatorPassword } from './operator-password.js';
import { noSessionCookie, sessionCookie, sessionOf } from './session-cookie.js';
import type { Sessions } from './sessions.js';

export interface SignInParts {
  readonly password: OperatorPassword;
  readonly sessions: Sessions;
  readonly limit: AttemptLimit;
  readonly logger: Logger;
}

/** A wrong password is answered this late, in milliseconds. */
const WRONG_PASSWORD_DELAY = 400;
const FORM_LIMIT = 4_096;

/** `/login` and `/logout`: plain forms that need no script. */
export async function signInRoutes(fastify: FastifyInstance, parts: SignInParts): Promise<void> {
  takeForms(fastify, FORM_LIMIT);

  fastify.get('/login', (request: FastifyRequest<{ Querystring: { next?: string | string[] } }>, reply) => {
    const next = ownPath(request.query.next);
    return parts.sessions.isOpen(sessionOf(request))
      ? reply.redirect(next, 303)
      : sendPage(reply, 200, loginPage({ next }));
  });

  fastify.post('/login', (request, reply) => signIn(parts, request, reply));

  fastify.post('/logout', (request, reply) => {
    parts.sessions.end(sessionOf(request) ?? '');
    parts.logger.info({ address: request.ip }, 'the operator signed out');
    return reply.header('set-cookie', noSessionCookie(request)).redirect('/login', 303);
  });
}

async function signIn(parts: SignInParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = formOf(request);
  const next = ownPath(form.get('next') ?? undefined);
  const wait = parts.limit.take(request.ip);
  if (wait > 0) {
    parts.logger.warn({ address: request.ip }, 'too many wrong passwords');
    reply.header('retry-after', wait);
    return sendPage(reply, 429, loginPage({ next, problem: `Too many attempts. Try again in ${wait} seconds.` }));
  }
  if (!parts.password.matches(form.get('password') ?? '')) {
    parts.logger.warn({ address: request.ip }, 'wrong operator password');
    await sleep(WRONG_PASSWORD_DELAY);
    return sendPage(reply, 401, loginPage({ next, problem: 'That is not the operator password.' }));
  }
  parts.limit.forgive(request.ip);
  parts.logger.info({ address: request.ip }, 'the operator signed in');
  return reply.header('set-cookie', sessionCookie(request, parts.sessions.open())).redirect(next, 303);
}

/** A path of this console, whatever was asked for: nobody is sent elsewhere after signing in. */
function ownPath(next: string | string[] | undefined): string {
  const base = 'http://console.invalid';
  if (typeof next !== 'string' || !URL.canParse(next, base)) return '/';
  const url = new URL(next, base);
  // A path such as //elsewhere.example would be read as a host when the browser is sent there.
  return url.origin === base && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/';
}
