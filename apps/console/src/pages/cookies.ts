import type { FastifyRequest } from 'fastify';

/**
 * A Set-Cookie header for `seconds`; 0 makes the browser forget it. Not readable by scripts, and never sent along with a
 * request that another site started. `Secure` whenever the browser came by https, also to a proxy in front of us.
 */
export function cookie(request: FastifyRequest, name: string, value: string, seconds: number): string {
  const forwarded = String(request.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim();
  const secure = request.protocol === 'https' || forwarded === 'https' ? '; Secure' : '';
  return `${name}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}
