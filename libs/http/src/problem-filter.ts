import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './allowed-methods.js';
import { Problem, problemBody } from './problem.js';
import { problemOfError } from './problem-of-error.js';
import type { DeclaredRoute } from './route-guard.js';

/** Turns everything that is thrown, in a handler or in front of one, into problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly answered;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
    private readonly routes: readonly DeclaredRoute[],
  ) {
    this.answered = metrics.counter('http_problems_total', 'Requests answered with a problem, by its code', ['code']);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also called by Fastify for what its router refuses before any hook runs. */
  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = this.withAllowedMethods(problemOfError(error), request);
    const instance = problem.status >= 500 ? `urn:uuid:${randomUUID()}` : undefined;
    this.answered.inc({ code: problem.code });
    request.refusal = { code: problem.code, instance: instance?.slice('urn:uuid:'.length) };
    if (instance !== undefined) {
      const facts = { instance, code: problem.code, method: request.method, route: request.routeOptions.url };
      // A Problem was thrown on purpose and says what matters; its cause, if any, is the fault.
      if (error instanceof Problem) this.logger.warn({ ...facts, err: error.cause ?? error }, problem.detail);
      else this.logger.error({ ...facts, err: error }, 'a request failed');
    }
    if (reply.sent) return;
    // Fastify closes the connection after every refusal around a body; ours come when the body was read to its end. Where it is closed in
    // any case (drain.ts), whoever keeps it has to be told.
    if (error instanceof Problem && reply.raw.shouldKeepAlive) reply.removeHeader('connection');
    void reply
      .code(problem.status)
      .headers(problem.headers)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .type('application/problem+json')
      .send(JSON.stringify(problemBody(problem, instance)));
  }

  /** RFC 9110 section 15.5.6: a path that exists for other methods is 405 and says which. */
  private withAllowedMethods(problem: Problem, request: FastifyRequest): Problem {
    if (problem.status !== 404 || !request.is404) return problem;
    const methods = allowedMethods(this.routes, request.url);
    if (methods.length === 0) return problem;
    const allow = methods.join(', ');
    return new Problem({
      status: 405,
      code: 'method_not_allowed',
      detail: `This path answers ${allow}.`,
      headers: { allow },
    });
  }
}
