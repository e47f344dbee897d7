import { readCookie } from '@signalbox/html';
import type { FastifyRequest } from 'fastify';
import { cookie } from '../pages/cookies.js';
import { SESSION_LIFETIME } from './sessions.js';

const NAME = 'signalbox_session';

/** The session that a request brings, checked by nobody yet. */
export function sessionOf(request: FastifyRequest): string | undefined {
  return readCookie(request, NAME);
}

export function sessionCookie(request: FastifyRequest, session: string): string {
  return cookie(request, NAME, session, SESSION_LIFETIME / 1_000);
}

/** Makes the browser forget its session. */
export function noSessionCookie(request: FastifyRequest): string {
  return cookie(request, NAME, '', 0);
}
