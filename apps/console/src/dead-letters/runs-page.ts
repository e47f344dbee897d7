import type { DeadLetterRunView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { table } from '../pages/table.js';
import { ago } from '../pages/times.js';

/** What was done about whole groups, the newest first. */
export function runsPage(parts: {
  readonly items: readonly DeadLetterRunView[];
  readonly next: string | null;
  readonly names: AppNames;
}): Page {
  const { items, next, names } = parts;
  return operatorPage({
    title: 'Runs over dead letters',
    place: 'dead-letters',
    trail: [
      { text: 'Console', url: '/' },
      { text: 'Dead letters', url: '/dead-letters' },
    ],
    body: html`${items.length === 0 ? html`<p>No run here.</p>` : runsTable(items, names)}
      <nav class="pager" aria-label="Pages of this list">
        ${next === null ? '' : html`<a href="/dead-letters/runs?after=${next}">Next page</a>`}
      </nav>`,
  });
}

export function runsTable(runs: readonly DeadLetterRunView[], names: AppNames): Html {
  return table(runs, [
    {
      title: 'Run',
      cell: ({ id, action, reason }) =>
        html`<a href="/dead-letters/runs/${id}">${action}: ${reason ?? 'several reasons'}</a>`,
    },
    { title: 'App', cell: ({ appId }) => appLabel(names, appId) },
    { title: 'State', cell: ({ state }) => html`<span class="chip ${CHIP[state]}">${state}</span>` },
    { title: 'Letters', cell: ({ done, letters }) => html`${number(done)} of ${number(letters)}` },
    {
      title: 'Started',
      cell: ({ startedAt, startedBy }) => html`${ago(startedAt)} <span class="quiet">${startedBy}</span>`,
    },
  ]);
}

const CHIP = { running: 'waits', stopped: 'bad', done: 'good' } as const satisfies Record<
  DeadLetterRunView['state'],
  string
>;
