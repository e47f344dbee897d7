import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Envelope } from '@signalbox/credentials';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName } from './cookie-name.js';

/** Seconds; browsers keep no cookie longer. */
const LIFE = 400 * 86_400;

/** The name by which a browser is known again. Signed, so that nobody can claim to be somebody's known device. */
export class DeviceCookie {
  private readonly keys: readonly [Buffer, ...Buffer[]];
  private readonly cookie: string;

  constructor(
    envelope: Envelope,
    private readonly isSecure: boolean,
  ) {
    this.cookie = cookieName('sb_device', isSecure);
    this.keys = envelope.derive('device cookie');
  }

  /** The browser's name; one that has none gets one. */
  keep(request: FastifyRequest, reply: FastifyReply): string {
    const known = this.read(request.headers.cookie);
    if (known !== undefined) return known;
    const name = randomBytes(16).toString('base64url');
    const value = `${name}.${signature(this.keys[0], name)}`;
    const secure = this.isSecure ? '; Secure' : '';
    // Raw, since some of our answers are written by the engine and not by Fastify.
    const line = `${this.cookie}=${value}; Path=/; Max-Age=${LIFE}; HttpOnly; SameSite=Lax${secure}`;
    reply.raw.appendHeader('set-cookie', line);
    return name;
  }

  private read(header: string | undefined): string | undefined {
    const value = header
      ?.split(/; */)
      .find((pair) => pair.startsWith(`${this.cookie}=`))
      ?.slice(this.cookie.length + 1);
    const [name, given] = value?.split('.') ?? [];
    if (name === undefined || given === undefined) return undefined;
    const isOurs = this.keys.some((key) => isSame(signature(key, name), given));
    return isOurs ? name : undefined;
  }
}

function signature(key: Buffer, name: string): string {
  return createHmac('sha256', key).update(name).digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
