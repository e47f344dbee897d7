import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Lets a scope take what a plain form sends, up to `limit` bytes. */
export function takeForms(scope: FastifyInstance, limit: number): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: limit },
    (_request, text, done) => done(null, new URLSearchParams(text.toString())),
  );
}

/** The fields of a sent form; none when something else was sent. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

/** The query of a request's address. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const start = request.url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : request.url.slice(start));
}
