import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problems } from '@signalbox/http';
import { PAGE_HEADERS } from '../pages/page-headers.js';
import { sendProblem } from '../pages/send-problem.js';
import { isSameOrigin } from './same-origin.js';
import { sessionOf } from './session-cookie.js';
import type { Sessions } from './sessions.js';

/** The only routes that answer without a session: the way in, and what probes ask. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/login', '/health/live', '/health/ready']);

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Stands in front of every route, of unknown paths too, whoever registered them: refuses what another site started, and
 * lets only a signed-in operator past OPEN_ROUTES. Goes by the route that was matched, never by the text of the URL.
 */
export function guardBySession(fastify: FastifyInstance, sessions: Sessions): void {
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(PAGE_HEADERS);
    if (!SAFE_METHODS.has(request.method) && !isSameOrigin(request.headers)) {
      const detail = 'The console takes changes from its own pages only; open it in the browser and try there.';
      return sendProblem(reply, problems.forbidden('cross_site_request', detail));
    }
    if (OPEN_ROUTES.has(request.routeOptions.url ?? '') || sessions.isOpen(sessionOf(request))) return;
    if (request.headers.accept?.includes('text/html') !== true) {
      return sendProblem(reply, problems.unauthenticated('Sign in to the console at /login.'));
    }
    const back = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : '';
    return reply.redirect(`/login${back}`, 303);
  });
}
