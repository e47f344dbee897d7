import { type Html, html } from '@signalbox/html';
import { type Message, messageBox } from './message.js';
import type { Page } from './page.js';

export interface OperatorPage {
  readonly title: string;
  /** The pages above this one. */
  readonly trail?: readonly { readonly text: string; readonly url: string }[];
  readonly message?: Message | undefined;
  readonly body: Html;
}

/** The frame of every page that a signed-in operator sees. */
export function operatorPage({ title, trail, message, body }: OperatorPage): Page {
  return {
    title,
    body: html`<header>
        <a class="mark" href="/">Signalbox console</a>
        <form method="post" action="/logout"><button>Sign out</button></form>
      </header>
      <main>
        ${
          trail === undefined
            ? ''
            : html`<nav class="trail" aria-label="Pages above">
                  ${trail.map(({ text, url }) => html`<a href="${url}">${text}</a> `)}
                </nav>
                <h1>${title}</h1>`
        }
        ${messageBox(message)} ${body}
      </main>`,
  };
}
