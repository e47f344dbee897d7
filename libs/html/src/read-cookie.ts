import type { FastifyRequest } from 'fastify';

/** The value of a cookie that a request brings, checked by nobody yet. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const cookies = request.headers.cookie?.split(';') ?? [];
  return cookies.map((cookie) => cookie.trim().split('=')).find(([each]) => each === name)?.[1];
}
