import type { FastifyRequest } from 'fastify';

/**
 * A Set-Cookie header for `seconds`; 0 makes the browser forget it. Not readable by scripts, and never sent along with a
 * request that another site started. `Secure` whenever the browser came by https, also to a proxy in front of us.
 */
export function cookie(request: FastifyRequest, name: string, value: string, seconds: number): string {
  return cookieOfPath(request, name, value, '/', seconds);
}

/** The same, sent to `path` and what is below it only. */
export function cookieOfPath(
  request: FastifyRequest,
  name: string,
  value: string,
  path: string,
  seconds: number,
): string {
  return `${name}=${value}; Max-Age=${seconds}; Path=${path}; HttpOnly; SameSite=Strict${secure(request)}`;
}

/** The same for scripts of the pages under `path`, until the browser is closed. */
export function readableCookie(request: FastifyRequest, name: string, value: string, path: string): string {
  return `${name}=${value}; Path=${path}; SameSite=Strict${secure(request)}`;
}

/** For a way that leads over another site and back to `path`: it comes along with a link that is followed there. */
export function crossSiteCookie(
  request: FastifyRequest,
  name: string,
  value: string,
  path: string,
  seconds: number,
): string {
  return `${name}=${value}; Max-Age=${seconds}; Path=${path}; HttpOnly; SameSite=Lax${secure(request)}`;
}

function secure(request: FastifyRequest): '; Secure' | '' {
  const forwarded = String(request.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim();
  return request.protocol === 'https' || forwarded === 'https' ? '; Secure' : '';
}
