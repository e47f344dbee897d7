import { type Html, html } from '@signalbox/html';

/** How something is, in a word that is read also where colours are not seen. */
export function chip(tone: 'good' | 'bad' | 'waits' | 'quiet' | '', text: string): Html {
  return html`<span class="chip ${tone}">${text}</span>`;
}
