import type { OperatorRole } from '@signalbox/contracts';
import { type Problem, problems } from '@signalbox/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_HEADERS } from '../pages/page-headers.js';
import { sendPage } from '../pages/page.js';
import { problemPage } from '../pages/problem-page.js';
import { sendProblem } from '../pages/send-problem.js';
import { type NeededRole, reaches } from '../roles/role.js';
import { isSafe, neededFor } from '../roles/route-roles.js';
import { bringsToken } from './form-token.js';
import type { OperatorDirectory } from './operator-directory.js';
import { isSameOrigin } from './same-origin.js';
import { noSessionCookie, sessionOf } from './session-cookie.js';
import type { Sessions } from './sessions.js';

/** The only routes that answer without a session: the ways in, and what probes ask. */
const OPEN_ROUTES: ReadonlySet<string> = new Set([
  '/login',
  '/login/start',
  '/signed-in',
  '/health/live',
  '/health/ready',
]);

/**
 * Stands in front of every route, of unknown paths too, whoever registered them. Lets only a signed-in operator past OPEN_ROUTES, and only
 * where the role reaches; what changes something must have been started by a page of ours, twice proven: by what the browser says of where
 * the request began, and by the session's token. Goes by the route that was matched, never by the text of the URL.
 */
export function guardBySession(fastify: FastifyInstance, sessions: Sessions, directory: OperatorDirectory): void {
  fastify.decorateRequest('operator', null);
  fastify.decorateRequest('formToken', null);
  fastify.decorateRequest('deed', null);

  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(PAGE_HEADERS);
    // Also for routes that were registered before this gate.
    Object.assign(request, { operator: null, formToken: null, deed: null });
    if (!isSafe(request.method) && !isSameOrigin(request.headers)) {
      const detail = 'The console takes changes from its own pages only; open it in the browser and try there.';
      return sendProblem(reply, problems.forbidden('cross_site_request', detail));
    }
    if (isOpen(request)) return;
    const session = sessionOf(request);
    const holder = sessions.holderOf(session);
    if (session === undefined || holder === undefined) return toSignIn(request, reply);
    const found = await directory.find(holder);
    if (found.kind === 'ended') {
      // Or else /login, which asks nobody, would take it for a session and send the browser back.
      sessions.end(session);
      return toSignIn(request, reply.header('set-cookie', noSessionCookie(request)));
    }
    request.formToken = sessions.formToken(session);
    if (found.kind === 'operator') request.operator = found.operator;
    const needed = neededFor(request);
    const role = request.operator?.role;
    if (reaches(role, needed)) return;
    return refuse(request, reply, found.kind === 'operator' ? tooLow(found.operator.role, needed) : found.problem);
  });

  // After the body was read, in which forms carry it.
  fastify.addHook('preHandler', async (request, reply) => {
    if (isSafe(request.method) || isOpen(request)) return;
    if (request.formToken === null || !bringsToken(request, request.formToken)) {
      return refuse(request, reply, problems.forbidden('form_token_missing', TOKEN_MISSING));
    }
    request.deed = 'let_through';
  });
}

const TOKEN_MISSING =
  'This request does not carry the token of your session, so nothing was done. A page that was opened before you signed in carries ' +
  'another: load it again, and press the button there. Programs send it as X-XSRF-TOKEN; the cookie XSRF-TOKEN of /queues has it.';

function isOpen(request: FastifyRequest): boolean {
  return OPEN_ROUTES.has(request.routeOptions.url ?? '');
}

function tooLow(role: OperatorRole, needed: NeededRole): Problem {
  if (needed === 'nobody') return problems.forbidden('not_allowed_here', NOT_HERE);
  return problems.forbidden('role_too_low', `This needs the role ${needed}, and yours is ${role}. Nothing was done.`);
}

const NOT_HERE =
  'The console neither adds jobs nor edits them: work begins in Postgres, so such a job would have no record.';

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true;
}

function toSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!wantsPage(request)) return sendProblem(reply, problems.unauthenticated('Sign in to the console at /login.'));
  const back = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : '';
  return reply.redirect(`/login${back}`, 303);
}

function refuse(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (wantsPage(request)) return sendPage(reply.headers(problem.headers), problem.status, problemPage(problem));
  return sendProblem(reply, problem, { error: { key: 'ERRORS.FORBIDDEN' }, message: problem.detail });
}
