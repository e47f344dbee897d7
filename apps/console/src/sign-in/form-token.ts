import { timingSafeEqual } from 'node:crypto';
import { formOf } from '@signalbox/html';
import type { FastifyRequest } from 'fastify';

/** The field of every form of ours that bears the session's token. */
export const TOKEN_FIELD = 'csrf';
/** What scripts send instead. The board's page takes it from TOKEN_COOKIE by itself, as axios does. */
const TOKEN_HEADER = 'x-xsrf-token';
export const TOKEN_COOKIE = 'XSRF-TOKEN';

/** Whether a request brings the token, as a header or in its form. Its body must have been read. */
export function bringsToken(request: FastifyRequest, expected: string): boolean {
  const header = request.headers[TOKEN_HEADER];
  const given = Buffer.from(typeof header === 'string' ? header : (formOf(request).get(TOKEN_FIELD) ?? ''));
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
