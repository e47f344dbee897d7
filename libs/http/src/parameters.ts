import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Uuid } from '@signalbox/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { appKeyRequired, userTokenRequired } from './authorise.js';
import { askedFor } from './asked-for.js';
import type { AuthenticatedRequest } from './authenticator.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import type { BodyLine } from './lines/body-lines.js';
import { linesOf } from './lines/lines-body.js';
import type { Principal, UserPrincipal } from './principal.js';
import './fastify-types.js';

const request = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The body, already parsed by the `body` schema of `@Endpoint`. */
export const ValidBody = createParamDecorator((_data: undefined, context) => request(context).validBody);

/** The lines of a body that came as NDJSON, for a route with `lines`; undefined when it came as JSON. */
export const BodyLines = createParamDecorator((_data: undefined, context): AsyncIterable<BodyLine> | undefined =>
  linesOf(request(context)),
);

/** The query parameters, already parsed by the `query` schema of `@Endpoint`. */
export const ValidQuery = createParamDecorator((_data: undefined, context) => request(context).validQuery);

/** The path parameters, already parsed by the `params` schema of `@Endpoint`. */
export const ValidParams = createParamDecorator((_data: undefined, context) => request(context).validParams);

/** Who is calling, as a `Principal`. Not for public routes, which know no caller. */
export const Caller = createParamDecorator((_data: undefined, context): Principal => {
  const { caller } = request(context);
  if (caller === null) throw new TypeError('@Caller() on a public route: nobody was authenticated');
  return caller;
});

/** The app whose key or user calls; 403 when the operator calls a route that works inside one app. */
export const CallerApp = createParamDecorator((_data: undefined, context): Uuid => {
  const { caller } = request(context);
  if (caller?.kind === 'app' || caller?.kind === 'user') return caller.appId;
  throw appKeyRequired();
});

/** The user who calls; 403 for everybody else. */
export const CallerUser = createParamDecorator((_data: undefined, context): UserPrincipal => {
  const { caller } = request(context);
  if (caller?.kind === 'user') return caller;
  throw userTokenRequired();
});

/** What was asked for, as far as proofs of possession are bound to it, and from where. */
export const AskedFor = createParamDecorator((_data: undefined, context): AuthenticatedRequest =>
  askedFor(request(context)),
);

/** The `Idempotency-Key` header, or undefined when there is none; 422 when it is malformed. */
export const IdempotencyKey = createParamDecorator((_data: undefined, context): string | undefined =>
  parseIdempotencyKey(request(context).headers['idempotency-key']),
);

/** What a handler may say besides its body. */
export interface ReplyHead {
  header(name: string, value: string | number): void;
  /** Overrules the first 2xx of the declared responses. */
  code(status: number): void;
}

/**
 * Sets headers or another declared status; the body is still what the handler returns. Not the reply itself: that is a
 * thenable, and Nest awaits thenable arguments, so the handler would wait for its own answer.
 */
export const ReplyHead = createParamDecorator((_data: undefined, context): ReplyHead => {
  const reply = context.switchToHttp().getResponse<FastifyReply>();
  return {
    header: (name, value) => void reply.header(name, value),
    code: (status) => void reply.code(status),
  };
});
