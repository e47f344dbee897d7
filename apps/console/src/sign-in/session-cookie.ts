import { readCookie } from '@signalbox/html';
import type { FastifyRequest } from 'fastify';
import { cookie, cookieOfPath } from '../pages/cookies.js';
import { SESSION_LIFETIME } from './sessions.js';

const NAME = 'signalbox_session';
const ACCOUNT = 'signalbox_account';
/** The only place to which it is sent. */
const SIGN_OUT_PATH = '/logout';

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

/** The ID token that the auth service gave for the session, kept by the browser for when the operator signs out. */
export function accountCookie(request: FastifyRequest, idToken: string): string {
  return cookieOfPath(request, ACCOUNT, idToken, SIGN_OUT_PATH, SESSION_LIFETIME / 1_000);
}

/** Undefined for whoever came in with the operator password. */
export function accountOf(request: FastifyRequest): string | undefined {
  return readCookie(request, ACCOUNT);
}

export function noAccountCookie(request: FastifyRequest): string {
  return cookieOfPath(request, ACCOUNT, '', SIGN_OUT_PATH, 0);
}
