import { type Problem, problemBody } from '@signalbox/http';
import type { FastifyReply } from 'fastify';

/**
 * Answers with a problem directly: a hook that throws would be answered by the error handler of whichever plugin owns
 * the route, and the board's knows only 500. `extra` are extension members (RFC 9457 section 3.2).
 */
export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  extra: Readonly<Record<string, unknown>> = {},
): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problemBody(problem), ...extra }));
}
