import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageCookies } from './page-cookies.js';

/** At least one; the first makes, all of them are known. */
export type Keys = readonly [Buffer, ...Buffer[]];

const COOKIE = 'signalbox_form';
const SECONDS = 86_400;

export const TOKEN_FIELD = 'form_token';

/**
 * Proof that a form comes from a page that this browser was shown: a code over its own random cookie and what the form is
 * about, so that a token is of no use in another browser or for another sign-in.
 */
export class FormTokens {
  constructor(
    private readonly keys: Keys,
    private readonly cookies: PageCookies,
  ) {}

  /** @param about what the form is about: one sign-in, one link. */
  issue(request: FastifyRequest, reply: FastifyReply, about: string): string {
    const known = this.cookies.read(request, COOKIE);
    const browser = known ?? randomBytes(16).toString('base64url');
    if (known === undefined) this.cookies.write(reply, COOKIE, browser, SECONDS);
    return codeOf(this.keys[0], browser, about);
  }

  accepts(request: FastifyRequest, form: URLSearchParams, about: string): boolean {
    // Browsers that say where a form was started are believed. (`Origin` says null on pages that tell nobody where they were.)
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return false;
    const browser = this.cookies.read(request, COOKIE);
    const token = form.get(TOKEN_FIELD) ?? '';
    return browser !== undefined && this.keys.some((key) => same(codeOf(key, browser, about), token));
  }
}

function codeOf(key: Buffer, browser: string, about: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([browser, about]))
    .digest('base64url');
}

function same(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
