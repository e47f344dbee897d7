import { type Html, html } from '@signalbox/html';

/** A line of a list of facts: what it is about, and what is so. */
export function fact(name: string, value: Html | string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
