import type { DeletionGuardView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { Problem } from '@signalbox/http';
import type { AppNames } from '../apps/app-names.js';
import { guardsTable } from '../deletion-guards/guards-table.js';
import { holdsTable } from '../holds/holds-table.js';
import type { Attention } from '../overview/attention.js';
import { liveFigures, type LiveParts } from './live-figures.js';
import type { Message } from './message.js';
import { number } from './numbers.js';
import { operatorPage } from './operator-page.js';
import type { Page } from './page.js';

export interface StartPageParts extends LiveParts {
  readonly names: AppNames;
  readonly backend: 'redis' | 'postgres';
  readonly links: readonly { readonly text: string; readonly url: string }[];
  readonly message: Message | undefined;
}

/** The operator's start page: what needs somebody, how things are, and where to look next. */
export function startPage(parts: StartPageParts): Page {
  const { attention, names, backend, links, message } = parts;
  return operatorPage({
    title: 'Overview',
    place: 'start',
    message,
    body: html`<div data-live="/?live=1">${liveFigures(parts)}</div>
      ${waitingForSomebody(attention, names)}
      <h2>Elsewhere</h2>
      <nav class="links" aria-label="Places">
        <a href="/queues"
          >Queues <span class="quiet">Bull Board on ${backend === 'redis' ? 'Redis' : 'Postgres'}</span></a
        >
        ${links.map(({ text, url }) => html`<a href="${url}">${text}</a>`)}
      </nav>`,
  });
}

function problem(text: string): Html {
  return html`<p class="problem" role="alert">${text}</p>`;
}

function waitingForSomebody({ deadLetters, holds, guards }: Attention, names: AppNames): Html {
  return html`<h2 id="decide">For you to decide</h2>
    ${untold({ 'Dead letters': deadLetters, Holds: holds, 'Deletion guards': guards })}
    <div class="figures">
      ${deadLetters instanceof Problem ? '' : lettersFigure(deadLetters)}
      ${holds instanceof Problem ? '' : figure('on hold', holds.length, badIfAny(holds.length))}
      ${guards instanceof Problem ? '' : trippedFigure(guards)}
    </div>
    ${holds instanceof Problem || holds.length === 0 ? '' : holdsTable(holds, names)}
    ${guards instanceof Problem || guards.length === 0 ? '' : guardsTable(guards, names)}`;
}

/** What push did not tell, and why; a push that is away is said once. */
function untold(parts: Readonly<Record<string, unknown>>): Html[] {
  const missing = Object.entries(parts).flatMap(([name, part]) =>
    part instanceof Problem ? [{ name, detail: part.detail }] : [],
  );
  return [...Map.groupBy(missing, ({ detail }) => detail)].map(([detail, of]) =>
    problem(`${of.map(({ name }) => name).join(', ')}: ${detail}`),
  );
}

function lettersFigure(count: number): Html {
  return html`<a class="figure card ${badIfAny(count)}" href="/dead-letters">
    <b>${number(count)}</b>open dead ${count === 1 ? 'letter' : 'letters'}
  </a>`;
}

function trippedFigure(guards: readonly DeletionGuardView[]): Html {
  const tripped = guards.filter(({ trippedAt }) => trippedAt !== null).length;
  return figure(tripped === 1 ? 'deletion guard' : 'deletion guards', tripped, badIfAny(tripped));
}

function badIfAny(count: number): '' | 'bad' {
  return count > 0 ? 'bad' : '';
}

function figure(name: string, value: number, kind: '' | 'bad' = ''): Html {
  return html`<div class="card figure ${kind}"><b>${number(value)}</b>${name}</div>`;
}
