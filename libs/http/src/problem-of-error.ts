import { HttpException } from '@nestjs/common';
import { DatabaseUnreachable } from '@signalbox/database';
import { Problem } from './problem.js';
import { problems } from './problems.js';

/** How Fastify's own refusals read. By its error codes; the status is repeated here so that no message text matters. */
const FASTIFY_REFUSALS: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'The body is larger than this route takes.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'Send the body with the header Content-Type: application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'malformed_request',
    detail: 'The body is not as long as its Content-Length header says.',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'malformed_url',
    detail: 'The path has a percent-encoding that is not UTF-8 text.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    code: 'uri_too_long',
    detail: 'A path parameter is longer than any that exists.',
  },
};

/**
 * What a caller is told of an error. Only a `Problem` speaks for itself; whatever else was thrown becomes a refusal we
 * know by its code or status, or a 500 that says nothing of its insides.
 */
export function problemOfError(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseUnreachable) {
    return problems.unavailable('The database does not answer at the moment; ask again.', 1, error);
  }
  // Nest wraps what Fastify refuses; the original is its cause.
  const original = error instanceof HttpException && error.cause !== undefined ? error.cause : error;
  const known = FASTIFY_REFUSALS[codeOf(original)];
  if (known !== undefined) return new Problem(known);
  const status = error instanceof HttpException ? error.getStatus() : statusOf(original);
  if (status === 404) {
    return new Problem({ status, code: 'not_found', detail: 'No route answers this method and path; see /docs.' });
  }
  if (status >= 400 && status < 500) {
    return new Problem({ status, code: 'refused', detail: 'The request was refused before it reached a route.' });
  }
  return new Problem({
    status: 500,
    code: 'internal_error',
    detail: 'Something failed on our side; nothing is wrong with the request. Tell the operator the instance id.',
    cause: error,
  });
}

/* Not by `instanceof Error`: an error of another realm (a vm context) is none. */

function codeOf(error: unknown): string {
  return isObject(error) && typeof error['code'] === 'string' ? error['code'] : '';
}

function statusOf(error: unknown): number {
  return isObject(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : 500;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
