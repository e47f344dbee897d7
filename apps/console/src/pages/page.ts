import { html, Html } from '@signalbox/html';
import type { FastifyReply } from 'fastify';
import { forThisOperator } from '../roles/for-this-operator.js';
import { STYLE } from './style.js';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** It has the console's script; without one it works as well. */
  readonly script?: true;
  /** Where the browser goes next by itself: a path of ours, or an address of the auth service. */
  readonly refreshTo?: string;
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><circle cx="11" cy="11" r="4" fill="#fff"/><circle cx="21" cy="21" r="4" fill="#fbbf24"/></svg>',
)}`;

/** To the letter what the hash in PAGE_HEADERS stands for, so nothing may format it. */
const STYLE_SHEET = new Html(`<style>${STYLE}</style>`);

/** A file of its own: the policy of the pages knows no other. */
const OUR_SCRIPT = html`<script src="/console.js" defer></script>`;

/** Sends a whole document. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.refreshTo === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${page.refreshTo}" />`}
        <title>${page.title} · Signalbox</title>
        <link rel="icon" href="${ICON}" />
        ${STYLE_SHEET} ${page.script === true ? OUR_SCRIPT : ''}
      </head>
      <body>
        ${page.body}
      </body>
    </html>`;
  return reply.code(status).type('text/html; charset=utf-8').send(forThisOperator(document.text, reply.request));
}
