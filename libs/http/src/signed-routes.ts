import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EndpointDeclaration } from './endpoint.js';
import { SIGNED_ROUTE } from './fastify-types.js';
import { ArrivingBodies } from './lines/arriving-bodies.js';
import type { ProblemFilter } from './problem-filter.js';
import { readBody } from './read-body.js';
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

/** Of a body whose route says nothing else. Bytes. */
const BODY_LIMIT = 256 * 1_024;

/**
 * Serves the routes. From where a request is let in they go beneath Fastify, which would take half of the processor time of a small
 * request to parse a body that is not to be parsed, and to write an answer that is written already. It still finds the route, runs its
 * hooks, times the answer, and writes all problems.
 */
export function registerSignedRoutes(
  fastify: FastifyInstance,
  routes: readonly SignedRoute[],
  filter: ProblemFilter,
): void {
  for (const route of routes) serve(fastify, route, filter);
}

function serve(fastify: FastifyInstance, route: SignedRoute, filter: ProblemFilter): void {
  const { path, endpoint, enter, bodyDeadline, status = 200 } = route;
  const { bodyLimit = BODY_LIMIT } = endpoint;
  const arriving = new ArrivingBodies(bodyDeadline, (body) => body.destroy());
  fastify.route({
    method: 'POST',
    url: path,
    config: { signalboxEndpoint: endpoint, [SIGNED_ROUTE]: true },
    errorHandler: (error, request, reply) => filter.send(error, request, reply),
    // The last of its hooks, and the end of its way: `_done` is never called.
    onRequest: (request, reply, _done) => {
      const { raw } = request;
      const visit = enter({ params: request.params as Record<string, string>, headers: raw.headers });
      reply.raw.on('close', () => visit.leave());
      arriving.watch(raw);
      const refuse = (error: unknown): void => filter.send(error, request, reply);
      const answer = async (body: Buffer): Promise<void> => {
        try {
          send(reply, status, await visit.answer(body));
        } catch (error) {
          refuse(error);
        }
      };
      readBody(raw, bodyLimit, (body) => {
        if (body !== undefined) return void answer(body);
        reply.header('connection', 'close');
        refuse(Object.assign(new Error('too large'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' }));
      });
    },
    handler: () => {
      throw new Error('a signed route answers before its handler');
    },
  });
}

function send(reply: FastifyReply, status: number, answer: object): void {
  const text = JSON.stringify(answer);
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = Buffer.byteLength(text);
  reply.hijack();
  reply.raw.writeHead(status, headers).end(text);
}
