import { readCookie } from '@signalbox/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName } from '../../sign-in/cookie-name.js';

/** Cookies of the pages. Sent along with links that lead here, and with nothing else that another site starts. */
export class PageCookies {
  /** @param secure whether browsers come by https. */
  constructor(private readonly secure: boolean) {}

  read(request: FastifyRequest, name: string): string | undefined {
    return readCookie(request, cookieName(name, this.secure));
  }

  /** @param seconds until it is forgotten; 0: at once. */
  write(reply: FastifyReply, name: string, value: string, seconds: number): void {
    const secure = this.secure ? '; Secure' : '';
    const cookie = `${cookieName(name, this.secure)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
    // On the raw answer, where the engine and the device's name put theirs: one of Fastify's would take their place.
    reply.raw.appendHeader('set-cookie', cookie);
  }
}
