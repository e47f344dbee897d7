import type { FastifyRequest } from 'fastify';
import { SESSION_LIFETIME } from './sessions.js';

const NAME = 'signalbox_session';

/** The session that a request brings, checked by nobody yet. */
export function sessionOf(request: FastifyRequest): string | undefined {
  const cookies = request.headers.cookie?.split(';') ?? [];
  return cookies.map((cookie) => cookie.trim().split('=')).find(([name]) => name === NAME)?.[1];
}

/**
 * Not readable by scripts, and never sent along with a request that another site started. `Secure` whenever the browser
 * came by https, also to a proxy in front of us.
 */
export function sessionCookie(request: FastifyRequest, session: string): string {
  return `${NAME}=${session}; Max-Age=${SESSION_LIFETIME / 1_000}${attributes(request)}`;
}

/** Makes the browser forget its session. */
export function noSessionCookie(request: FastifyRequest): string {
  return `${NAME}=; Max-Age=0${attributes(request)}`;
}

function attributes(request: FastifyRequest): string {
  const forwarded = String(request.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim();
  const secure = request.protocol === 'https' || forwarded === 'https' ? '; Secure' : '';
  return `; Path=/; HttpOnly; SameSite=Strict${secure}`;
}
