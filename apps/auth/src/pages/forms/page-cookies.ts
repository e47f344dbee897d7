import { readCookie } from '@signalbox/html';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Cookies of the pages. Sent along with links that lead here, and with nothing else that another site starts. Over https
 * their names begin with `__Host-`: no neighbouring subdomain can set them.
 */
export class PageCookies {
  /** @param secure whether browsers come by https. */
  constructor(private readonly secure: boolean) {}

  read(request: FastifyRequest, name: string): string | undefined {
    return readCookie(request, this.nameOf(name));
  }

  /** @param seconds until it is forgotten; 0: at once. */
  write(reply: FastifyReply, name: string, value: string, seconds: number): void {
    const secure = this.secure ? '; Secure' : '';
    const cookie = `${this.nameOf(name)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
    // On the raw answer, where the engine and the device's name put theirs: one of Fastify's would take their place.
    reply.raw.appendHeader('set-cookie', cookie);
  }

  private nameOf(name: string): string {
    return this.secure ? `__Host-${name}` : name;
  }
}
