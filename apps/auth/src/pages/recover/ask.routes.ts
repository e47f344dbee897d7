import type { FastifyInstance } from 'fastify';
import { again, type Desk } from '../desk.js';
import { readEmail } from '../forms/read-fields.js';
import { askPage, sentPage } from './recover-pages.js';

/** "Forgot password?", within a sign-in. */
export async function askRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  fastify.get(
    '/sign-in/:uid/recover',
    desk.showing(async (guest) => {
      const { open, trail } = guest;
      const email = trail.values.email ?? open.loginHint;
      return { show: askPage({ ...guest, uid: open.uid, email, problems: trail.problems }) };
    }),
  );
  fastify.post(
    '/sign-in/:uid/recover',
    desk.taking('recover', async (guest, form) => {
      const { appId, visitor } = guest;
      const { typed: email, problems } = readEmail(form);
      if (problems.length > 0) return again(guest, 'recover', problems, { email });
      const asked = await desk.parts.recovery.ask(appId, email, visitor);
      return asked.end === 'accepted'
        ? again(guest, 'recover/sent', [], { email })
        : again(guest, 'recover', [{ code: 'slow_down', seconds: asked.retryAfterSeconds }], { email });
    }),
  );
  fastify.get(
    '/sign-in/:uid/recover/sent',
    desk.showing(async ({ open, trail, words }) => ({ show: sentPage(open.uid, trail.values.email, words) })),
  );
}
