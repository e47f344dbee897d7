import type { FastifyInstance } from 'fastify';
import { type Desk } from '../desk.js';
import { pathOf } from '../paths.js';

export async function consentRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  fastify.post(
    '/sign-in/:uid/consent',
    desk.taking('', async ({ open, visitor }) =>
      // The form is old where another question is open by now.
      open.prompt === 'consent' ? { goTo: await desk.parts.consent.give(open, visitor) } : { goTo: pathOf(open.uid) },
    ),
  );
}
