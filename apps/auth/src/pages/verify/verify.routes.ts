import { html } from '@signalbox/html';
import type { FastifyInstance } from 'fastify';
import type { Desk } from '../desk.js';
import type { Page } from '../document/document.js';
import { form, primary, problemBox } from '../forms/field.js';
import { LinkDesk, type LinkGuest } from '../links/link-desk.js';
import { messagePage } from '../message-page.js';

/** `/verify`: an address is proven, by a link in a mail. */
export async function verifyRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  const { verification } = desk.parts;
  const links = new LinkDesk(
    desk,
    '/verify',
    (link) => verification.look(link),
    ({ words: { verify } }) => messagePage(verify.staleTitle, [verify.stale]),
  );

  fastify.get('/verify', links.showing(verifyPage));
  fastify.post(
    '/verify',
    links.taking(async ({ link }) => {
      const { end } = await verification.confirm(link);
      return end === 'verified' ? 'done' : end === 'taken' ? { code: 'email_taken' } : 'stale';
    }),
  );
  fastify.get(
    '/verify/done',
    links.concluding(
      ({ verify }) => verify.doneTitle,
      ({ verify }) => verify.done,
    ),
  );
}

export function verifyPage(view: Pick<LinkGuest, 'words' | 'token' | 'problems'>): Page {
  const { verify } = view.words;
  return {
    title: verify.title,
    faulty: view.problems.length > 0,
    body: html`<h1>${verify.title}</h1>
      <p class="quiet">${verify.ask}</p>
      ${problemBox(view)} ${form('/verify', view.token, primary(verify.submit))}`,
  };
}
