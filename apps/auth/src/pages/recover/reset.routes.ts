import type { FastifyInstance } from 'fastify';
import type { Desk } from '../desk.js';
import { readPassword } from '../forms/read-fields.js';
import { LinkDesk } from '../links/link-desk.js';
import { messagePage } from '../message-page.js';
import { weak } from '../register/register.routes.js';
import { resetPage } from './recover-pages.js';

/** `/recover`: a new password, by a link in a mail. */
export async function resetRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  const { recovery } = desk.parts;
  const links = new LinkDesk(
    desk,
    '/recover',
    (link) => recovery.look(link),
    ({ words: { recover } }) => messagePage(recover.staleTitle, [recover.stale]),
  );

  fastify.get('/recover', links.showing(resetPage));
  fastify.post(
    '/recover',
    links.taking(async ({ link }, form) => {
      const { typed: password, problems } = readPassword(form, 'new_password_missing');
      if (problems[0] !== undefined) return problems[0];
      const reset = await recovery.reset(link, password);
      switch (reset.end) {
        case 'reset':
          return 'done';
        case 'weak':
          return weak(reset.why);
        case 'slow_down':
          return { code: 'slow_down', seconds: reset.retryAfterSeconds };
        default:
          return 'stale';
      }
    }),
  );
  fastify.get(
    '/recover/done',
    links.concluding(
      ({ recover }) => recover.doneTitle,
      ({ recover }) => recover.done,
    ),
  );
}
