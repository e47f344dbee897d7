import { formOf, queryOf } from '@signalbox/html';
import { parseId } from '@signalbox/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, type Desk, follow, type Guest } from '../../pages/desk.js';
import { pathOf } from '../../pages/paths.js';
import { InteractionGone } from '../../sign-in/interaction.js';
import { accountChoicePage } from './account-choice-page.js';
import { browserCookie, readBrowserCookie } from './browser-cookie.js';
import { signInPage } from './notice.js';
import type { SocialPort } from './social-port.js';
import type { Finished, Registration } from './web-sign-in.js';

interface OfInteraction {
  Params: { readonly uid: string; readonly provider: string };
}
interface OfCallback {
  Params: { readonly provider: string; readonly app: string };
}

/** The way to a provider and back, in front of `WebSignIn`. */
export async function socialRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  const { social, secure } = desk.parts;

  fastify.get<OfInteraction>('/sign-in/:uid/with/:provider', (request, reply) =>
    desk.showing(async ({ open, locale }) => {
      const { provider } = request.params;
      const begun = await social.begin(open, provider, locale);
      if (begun.end === 'unknown') return { goTo: pathOf(open.uid) };
      if (begun.end === 'back') return { goTo: signInPage(open.uid, begun.notice, provider) };
      // On the raw answer, where the others are: one of Fastify's would take their place.
      reply.raw.appendHeader('set-cookie', browserCookie(open.uid, begun.browser, secure));
      return { goTo: begun.url.href };
    })(request, reply),
  );

  fastify.get<OfCallback>('/sign-in/callback/:provider/:app', async (request, reply) => {
    const cookieOf = (uid: string): string | undefined => readBrowserCookie(request.headers.cookie, uid, secure);
    return reply.redirect(await answered(social, request, queryOf(request), cookieOf), 303);
  });
  // Apple's pages post it, and a browser sends no cookie of ours along with another site's POST.
  fastify.post<OfCallback>('/sign-in/callback/:provider/:app', async (request, reply) =>
    reply.redirect(await answered(social, request, formOf(request), 'unseen'), 303),
  );

  fastify.get<OfInteraction>('/sign-in/:uid/with/:provider/done', (request, reply) =>
    desk.showing(async (guest) => {
      const { uid, provider } = request.params;
      const cookie = readBrowserCookie(request.headers.cookie, uid, secure);
      return go(desk, guest, provider, await social.finish(guest.open, provider, cookie, registrationOf(guest)));
    })(request, reply),
  );

  fastify.get<OfInteraction>('/sign-in/:uid/with/:provider/done/new', (request, reply) =>
    desk.showing(async ({ words, token }) => {
      const { uid, provider } = request.params;
      return { show: accountChoicePage({ action: pathOf(uid, choicePage(provider)), token, words }) };
    })(request, reply),
  );
  fastify.post<OfInteraction>('/sign-in/:uid/with/:provider/done/new', (request, reply: FastifyReply) =>
    desk.taking(choicePage(request.params.provider), async (guest, form) => {
      const { uid, provider } = request.params;
      if (form.get('account') !== 'new') return { goTo: signInPage(uid, 'needs_proof', provider) };
      return go(desk, guest, provider, await social.create(guest.open, provider, registrationOf(guest)));
    })(request, reply),
  );
}

/** @returns where the browser goes with a provider's answer. @throws InteractionGone */
async function answered(
  social: SocialPort,
  { params: { provider, app } }: FastifyRequest<OfCallback>,
  parameters: URLSearchParams,
  cookieOf: ((uid: string) => string | undefined) | 'unseen',
): Promise<string> {
  const appId = parseId('app', app);
  const end = appId === undefined ? undefined : await social.answer(appId, provider, parameters, cookieOf);
  if (end === undefined || end.end === 'unknown') throw new InteractionGone('an answer that nobody waits for');
  return end.end === 'back' ? signInPage(end.uid, end.notice, provider) : pathOf(end.uid, `with/${provider}/done`);
}

async function go({ parts }: Desk, guest: Guest, provider: string, finished: Finished): Promise<Answer> {
  const { open, visitor } = guest;
  if (finished.end === 'back') return { goTo: signInPage(open.uid, finished.notice, provider) };
  if (finished.end === 'refused') return { goTo: pathOf(open.uid, 'no-account') };
  if (finished.end === 'choose') return { goTo: pathOf(open.uid, choicePage(provider)) };
  const { userId, identityId } = finished;
  return follow(guest, await parts.flow.passed(open, { method: 'fed', userId, strength: 1, identityId }, visitor));
}

function choicePage(provider: string): string {
  return `with/${encodeURIComponent(provider)}/done/new`;
}

function registrationOf({ open, locale }: Guest): Registration {
  return { isOpen: open.client.settings.registration === 'open', locale };
}
