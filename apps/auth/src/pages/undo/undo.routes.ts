import { html } from '@signalbox/html';
import type { FastifyInstance } from 'fastify';
import type { Desk } from '../desk.js';
import type { Page } from '../document/document.js';
import { form, primary, problemBox } from '../forms/field.js';
import { LinkDesk, type LinkGuest } from '../links/link-desk.js';
import { messagePage } from '../message-page.js';

/** `/undo`: an address was replaced by another, and whoever reads its mailbox says that it was somebody else. */
export async function undoRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  const { emailUndo } = desk.parts;
  const links = new LinkDesk(
    desk,
    '/undo',
    (link) => emailUndo.look(link),
    ({ words: { undo } }) => messagePage(undo.staleTitle, [undo.stale]),
  );

  fastify.get('/undo', links.showing(undoPage));
  fastify.post(
    '/undo',
    links.taking(async ({ link }) => {
      const { end } = await emailUndo.undo(link);
      return end === 'undone' ? 'done' : end === 'taken' ? { code: 'email_taken' } : 'stale';
    }),
  );
  fastify.get(
    '/undo/done',
    links.concluding(
      ({ undo }) => undo.doneTitle,
      ({ undo }) => undo.done,
    ),
  );
}

export function undoPage(view: Pick<LinkGuest, 'words' | 'token' | 'problems'>): Page {
  const { undo } = view.words;
  return {
    title: undo.title,
    faulty: view.problems.length > 0,
    body: html`<h1>${undo.title}</h1>
      <p class="quiet">${undo.ask}</p>
      ${problemBox(view)} ${form('/undo', view.token, primary(undo.submit))}`,
  };
}
