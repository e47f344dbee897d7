import { takeForms } from '@signalbox/html';
import type { FastifyInstance } from 'fastify';
import { consentRoutes } from './consent/consent.routes.js';
import { Desk } from './desk.js';
import { enrolRoutes } from './enrol/enrol.routes.js';
import { answerFailure } from './failure-page.js';
import { loginRoutes } from './login/login.routes.js';
import { passkeyRoutes } from './passkey/passkey.routes.js';
import type { SignInPagesParts } from './parts.js';
import { askRoutes } from './recover/ask.routes.js';
import { resetRoutes } from './recover/reset.routes.js';
import { registerRoutes } from './register/register.routes.js';
import { secondFactorRoutes } from './second-factor/second-factor.routes.js';
import { socialRoutes } from '../social/web/social-routes.js';
import { undoRoutes } from './undo/undo.routes.js';
import { verifyRoutes } from './verify/verify.routes.js';

/** Where the pages are; every path under these is public. */
export const PAGE_PATHS = ['/sign-in', '/verify', '/recover', '/undo'] as const;

/** An answer of a passkey with all that may be in it, percent-encoded. */
const FORM_LIMIT = 64 * 1_024;

/** All pages by which users sign in. They work without scripts; what they ask, they ask through ports. */
export async function signInPages(fastify: FastifyInstance, parts: SignInPagesParts): Promise<void> {
  const desk = new Desk(parts);
  takeForms(fastify, FORM_LIMIT);
  fastify.setErrorHandler((error, request, reply) => answerFailure(desk, error, request, reply));
  await loginRoutes(fastify, desk);
  await consentRoutes(fastify, desk);
  await registerRoutes(fastify, desk);
  await askRoutes(fastify, desk);
  await secondFactorRoutes(fastify, desk);
  await passkeyRoutes(fastify, desk);
  await enrolRoutes(fastify, desk);
  await verifyRoutes(fastify, desk);
  await resetRoutes(fastify, desk);
  await undoRoutes(fastify, desk);
  await socialRoutes(fastify, desk);
}
