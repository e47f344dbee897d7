import { Html, html } from '@signalbox/html';
import { PASSKEY_SCRIPT } from '../passkey/passkey-script.js';
import type { Theme } from '../theme/theme.js';
import type { Words } from '../words/words.js';
import { pageHeaders } from './headers.js';
import { STYLE } from './style.js';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Something on it has to be put right: its title says so first. */
  readonly faulty?: boolean;
  /** It can ask for a passkey. */
  readonly script?: boolean;
}

/** Whose page it is, in which language, and where its forms may lead in the end besides this service. */
export interface Setting {
  readonly theme: Theme;
  readonly words: Words;
  readonly formTargets: readonly string[];
}

export interface WholePage {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/* To the letter what the hashes in the policy stand for, so nothing may format them. */
const STYLE_SHEET = new Html(`<style>${STYLE}</style>`);
const SCRIPT = new Html(`<script>${PASSKEY_SCRIPT}</script>`);

/** A page with everything around it, and the headers that it needs. */
export function wholePage({ theme, words, formTargets }: Setting, page: Page): WholePage {
  const { title, body, faulty = false, script = false } = page;
  const document = html`<!doctype html>
    <html lang="${words.lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>${faulty ? words.document.faulty(title) : title} · ${theme.displayName}</title>
        <link rel="icon" href="${iconOf(theme)}" />
        ${STYLE_SHEET}${new Html(`<style>${theme.css}</style>`)}
      </head>
      <body>
        <main>
          <div class="card">${brand(theme)} ${body}</div>
          ${footer(theme, words)}
        </main>
        ${script ? SCRIPT : ''}
      </body>
    </html>`;
  return { headers: pageHeaders(theme, formTargets, script), text: document.text };
}

function brand({ displayName, logoUrl }: Theme): Html {
  const mark =
    logoUrl === undefined
      ? html`<span class="monogram" aria-hidden="true">${initialOf(displayName)}</span>`
      : html`<img class="logo" src="${logoUrl}" alt="" width="44" height="44" />`;
  return html`<div class="brand">${mark}<span>${displayName}</span></div>`;
}

function footer({ links }: Theme, { document: { support, privacy, terms, links: label } }: Words): Html {
  const shown = [
    { url: links.privacy, text: privacy },
    { url: links.terms, text: terms },
    { url: links.support, text: support },
  ].flatMap(({ url, text }) =>
    url === undefined ? [] : [html`<a href="${url}" target="_blank" rel="noopener noreferrer">${text}</a> `],
  );
  return shown.length === 0 ? html`` : html`<footer><nav aria-label="${label}">${shown}</nav></footer>`;
}

function iconOf({ accent }: Theme): string {
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="${accent}"/><circle cx="16" cy="16" r="6" fill="#fff"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(icon)}`;
}

/** The first letter of a name, as people count letters. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? '';
}
