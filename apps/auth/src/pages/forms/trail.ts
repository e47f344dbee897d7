import type { FastifyReply, FastifyRequest } from 'fastify';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import { LOCALES } from '../words/locale.js';
import { formProblem } from './form-problem.js';
import type { Keys } from './form-tokens.js';
import type { PageCookies } from './page-cookies.js';

/**
 * Where a browser is in its sign-in, and what the page after a sent form has to show. Forms answer with a redirect, so that
 * nothing is sent twice by a reload; what came of them travels here, sealed: nobody else makes these pages say anything.
 */
const trail = z.object({
  /** The interaction that it is about; none for the links in mails. */
  uid: z.string().optional(),
  appId: z.string(),
  locale: z.enum(LOCALES),
  /** The page that problems, codes and `goOn` are for, by its path. */
  page: z.string().optional(),
  problems: z.array(formProblem).default([]),
  /** What was typed, but for secrets. */
  values: z.object({ email: z.string().optional(), name: z.string().optional() }).default({}),
  /** Recovery codes that are shown once, and where the way leads from there. */
  codes: z.array(z.string()).optional(),
  goOn: z.string().optional(),
  /** The key of an authenticator app that is being set up. */
  enrolment: z.object({ id: z.string(), secret: z.string(), url: z.string() }).optional(),
  /** The token of a link in a mail, which leaves the address bar at once. */
  link: z.string().optional(),
});
export type Trail = z.output<typeof trail>;
export type TrailLeft = z.input<typeof trail>;

const COOKIE = 'signalbox_trail';
/** As long as an interaction lives. */
const SECONDS = 3_600;

export class Trails {
  constructor(
    private readonly keys: Keys,
    private readonly cookies: PageCookies,
  ) {}

  async read(request: FastifyRequest): Promise<Trail | undefined> {
    const sealed = this.cookies.read(request, COOKIE);
    if (sealed === undefined) return undefined;
    for (const key of this.keys) {
      // Sealed with an older key, out of date or made up: all the same, and no trail in the end.
      const opened = await jwtDecrypt(sealed, key).catch(() => undefined);
      if (opened !== undefined) return trail.safeParse(opened.payload).data;
    }
    return undefined;
  }

  async write(reply: FastifyReply, left: TrailLeft): Promise<void> {
    const sealed = await new EncryptJWT({ ...left })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${SECONDS} s`)
      .encrypt(this.keys[0]);
    this.cookies.write(reply, COOKIE, sealed, SECONDS);
  }
}
