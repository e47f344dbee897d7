import { type Html, html } from '@signalbox/html';
import type { Page } from './document/document.js';

/** A page that says something and asks nothing. */
export function messagePage(title: string, paragraphs: readonly (string | Html)[], after: Html = html``): Page {
  return {
    title,
    body: html`<h1>${title}</h1>
      ${paragraphs.map((text) => html`<p class="quiet">${text}</p>`)}${after}`,
  };
}
