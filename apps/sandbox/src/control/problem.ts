import type { FastifyError, FastifyInstance } from 'fastify';
import type { z } from 'zod';

/** A refused control request, answered as RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors?: readonly { pointer: string; reason: string }[],
  ) {
    super(detail);
  }
}

/** @throws Problem 422 naming every field by its JSON pointer. */
export function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => {
    const at = pointer(issue.path);
    if (issue.code !== 'unrecognized_keys') return [{ pointer: at, reason: issue.message }];
    return issue.keys.map((key) => ({ pointer: `${at}${pointer([key])}`, reason: 'unknown field: remove it' }));
  });
  const first = errors[0];
  throw new Problem(422, 'invalid_request', first ? `${first.pointer || 'body'}: ${first.reason}` : 'invalid', errors);
}

/** Answers every error of the server, its own and Fastify's, as problem details. */
export function answerProblems(server: FastifyInstance): void {
  server.setNotFoundHandler((request) => {
    throw new Problem(
      404,
      'not_found',
      `there is no ${request.method} ${request.url.split('?')[0]}: see docs/sandbox.md`,
    );
  });
  server.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = error instanceof Problem ? error : fromFastify(error);
    const { status, code, detail, errors } = problem;
    const instance = request.url.split('?')[0];
    const type = `https://signalbox.dev/problems/${code}`;
    const title = code.replaceAll('_', ' ');
    void reply
      .status(status)
      .header('content-type', 'application/problem+json')
      .send(JSON.stringify({ type, title, status, code, detail, instance, errors }));
  });
}

function fromFastify(error: FastifyError): Problem {
  switch (error.statusCode) {
    case 400:
      return new Problem(400, 'malformed_json', `the body is not valid JSON: ${error.message}`);
    case 413:
      return new Problem(413, 'too_large', 'the body is larger than 1 MiB');
    case 415:
      return new Problem(415, 'unsupported_media_type', 'send JSON with content-type: application/json');
    default:
      return new Problem(500, 'internal', error.message);
  }
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
