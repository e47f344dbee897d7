import type { FastifyInstance } from 'fastify';
import type { EndpointDeclaration } from './endpoint.js';
import { SIGNED_ROUTE } from './fastify-types.js';
import { ArrivingBodies } from './lines/arriving-bodies.js';
import type { ProblemFilter } from './problem-filter.js';
import type { RequestHead, Visit } from './visit.js';

/**
 * A POST route whose caller proves who it is by a signature over the body. So it takes any content type and parses nothing, and
 * its endpoint has the policy `allow.signedBy(...)`. Its schemas only describe: the route judges everything itself.
 */
export interface SignedRoute {
  readonly path: string;
  readonly endpoint: EndpointDeclaration;
  /** Looks at a request before its body is read; a Problem that it throws is the answer, and the body stays unread. */
  readonly enter: (head: RequestHead) => Visit;
  /** Of an answer that is no problem; 200 unless told. */
  readonly status?: number;
  /** Milliseconds in which a body arrives completely, or its connection is cut: nobody takes up room by sending slowly. */
  readonly bodyDeadline: number;
}

/** Serves the routes in a scope of their own, where a body is its bytes. */
export async function registerSignedRoutes(
  fastify: FastifyInstance,
  routes: readonly SignedRoute[],
  filter: ProblemFilter,
): Promise<void> {
  await fastify.register(async (scope) => {
    scope.decorateRequest('visit', null);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const route of routes) serve(scope, route, filter);
  });
}

function serve(scope: FastifyInstance, route: SignedRoute, filter: ProblemFilter): void {
  const { path, endpoint, enter, bodyDeadline, status = 200 } = route;
  const arriving = new ArrivingBodies(bodyDeadline, (body) => body.destroy());
  scope.route({
    method: 'POST',
    url: path,
    config: { signalboxEndpoint: endpoint, [SIGNED_ROUTE]: true },
    errorHandler: (error, request, reply) => filter.send(error, request, reply),
    onRequest: (request, reply, done) => {
      const { raw } = request;
      const visit = enter({ params: request.params as Record<string, string>, headers: raw.headers });
      request.visit = visit;
      reply.raw.on('close', () => visit.leave());
      arriving.watch(raw);
      // Whatever it says, even what is no media type at all: a body that is verified by its bytes has none. (Not deleted: an object
      // that loses a member is looked up more slowly ever after.)
      raw.headers['content-type'] = undefined;
      done();
    },
    handler: (request, reply) => {
      reply.code(status);
      return request.visit!.answer((request.body as Buffer | undefined) ?? Buffer.alloc(0));
    },
  });
}
