import { type Html, html } from '@signalbox/html';
import { fact } from './fact.js';
import { exactly } from './times.js';

/** Something that happened, as a fact of the log tells it. */
export interface Moment {
  readonly at: string;
  /** Such as `delivery.sent`. */
  readonly what: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is good or bad news among the facts of the log; all others are neither. */
const GOOD = /\.(sent|delivered|opened|succeeded|restored|recovered)$/;
const BAD = /\.(dead|gone|rejected|refused|expired|suspect|suspected|undeliverable|failed|removed|cancelled)$/;

/** What happened, oldest first: the words of each fact, and whatever a provider answered as it came. */
export function timeline(moments: readonly Moment[]): Html {
  return html`<ol class="timeline">
    ${moments.map(
      ({ at, what, data: { answer, ...data } }) =>
        html`<li class="${toneOf(what)}">
          <div class="when">${exactly(at)}</div>
          <div>
            <b>${what}</b>
            ${dataList(data)} ${answer == null ? '' : answerOf(answer)}
          </div>
        </li>`,
    )}
  </ol>`;
}

export function toneOf(what: string): 'good' | 'bad' | '' {
  return GOOD.test(what) ? 'good' : BAD.test(what) ? 'bad' : '';
}

function answerOf(answer: unknown): Html {
  return html`<details>
    <summary>The provider's answer as it came</summary>
    <pre tabindex="0">${JSON.stringify(answer, null, 2)}</pre>
  </details>`;
}

/** The members of a fact, one a line; ids lead to what they name. */
export function dataList(data: Readonly<Record<string, unknown>>): Html {
  const entries = Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
  if (entries.length === 0) return html``;
  return html`<dl class="facts">${entries.map(([name, value]) => fact(name, shown(value)))}</dl>`;
}

/** A TypeID: a short word, and 26 letters. */
const ID = /^[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

function shown(value: unknown): Html {
  if (typeof value !== 'string') return html`<code>${JSON.stringify(value)}</code>`;
  return ID.test(value) ? idLink(value) : html`${value}`;
}

/** An id that leads to whatever it names. */
export function idLink(id: string): Html {
  return html`<a href="/find?q=${encodeURIComponent(id)}"><code>${id}</code></a>`;
}
