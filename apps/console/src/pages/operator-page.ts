import { type Html, html } from '@signalbox/html';
import { type Message, messageBox } from './message.js';
import type { Page } from './page.js';

/** The places that every page leads to. */
const PLACES = [
  { place: 'start', text: 'Overview', url: '/' },
  { place: 'providers', text: 'Providers', url: '/providers' },
  { place: 'events', text: 'Event log', url: '/events' },
  { place: 'dead-letters', text: 'Dead letters', url: '/dead-letters' },
  { place: 'broadcasts', text: 'Broadcasts', url: '/broadcasts' },
  { place: 'keys', text: 'API keys', url: '/keys' },
  { place: 'webhooks', text: 'Webhooks', url: '/webhooks' },
  { place: 'checks', text: 'Checks', url: '/checks' },
  { place: 'queues', text: 'Queues', url: '/queues' },
] as const;

export interface OperatorPage {
  readonly title: string;
  /** Which of the places it belongs to; `find`: it was looked for. */
  readonly place?: (typeof PLACES)[number]['place'] | 'find';
  /** The pages above this one. */
  readonly trail?: readonly { readonly text: string; readonly url: string }[];
  readonly message?: Message | undefined;
  readonly body: Html;
}

/** The frame of every page that a signed-in operator sees. */
export function operatorPage({ title, place, trail, message, body }: OperatorPage): Page {
  return {
    title,
    script: true,
    body: html`<a class="skip" href="#main">To the content</a>
      <header>
        <a class="mark" href="/">Signalbox</a>
        <nav class="places" aria-label="Places">
          ${PLACES.map((each) => html`<a href="${each.url}" ${each.place === place ? html`aria-current="page"` : ''}>${each.text}</a> `)}
        </nav>
        <form class="find" method="get" action="/find" role="search" aria-label="Find anything">
          <input
            name="q"
            type="search"
            aria-label="An id of anything, a user, an installation"
            placeholder="Find a user or any id"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            required
            maxlength="256"
          />
        </form>
        <span class="who"></span>
        <form method="post" action="/logout"><button>Sign out</button></form>
      </header>
      <main id="main">
        ${
          trail === undefined
            ? ''
            : html`<nav class="trail" aria-label="Pages above">
                ${trail.map(({ text, url }) => html`<a href="${url}">${text}</a> `)}
              </nav>`
        }
        ${place === 'start' ? html`<h1 class="unseen">${title}</h1>` : html`<h1>${title}</h1>`} ${messageBox(message)}
        ${body}
      </main>`,
  };
}
