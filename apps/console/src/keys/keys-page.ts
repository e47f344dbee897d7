import { formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { ago } from '../pages/times.js';
import { keyState } from './key-state.js';
import type { KeyRow, KeysFound } from './read-keys.js';

export interface KeysPageParts extends KeysFound {
  readonly app: string | undefined;
  readonly names: AppNames;
}

/** The API keys of an app, or of all, the newest first. */
export function keysPage({ keys, next, app, names }: KeysPageParts): Page {
  return operatorPage({
    title: 'API keys',
    place: 'keys',
    body: html`<form class="filters" method="get" action="/keys" role="search" aria-label="Keys of one app">
        <label>App <input name="app" value="${app ?? ''}" placeholder="app_…" /></label>
        <button>Show</button>
      </form>
      ${keys.length === 0 ? html`<p class="card">There are no keys.</p>` : table(keys, columns(names))}
      <nav class="pager" aria-label="Pages of keys">
        ${next === undefined ? '' : html`<a href="${keysUrl(app, next)}">Older</a>`}
      </nav>`,
  });
}

const columns = (names: AppNames): readonly Column<KeyRow>[] => [
  {
    title: 'Key',
    cell: ({ id, name, hint }) => html`<a href="/keys/${formatId('key', id)}">${name}</a><br /><code>${hint}…</code>`,
  },
  { title: 'App', cell: ({ appId }) => appLabel(names, formatId('app', appId)) },
  { title: 'Kind', cell: ({ kind }) => kind },
  { title: 'State', cell: (key) => stateChip(key) },
  { title: 'Last use', cell: ({ usedAt }) => lastUse(usedAt) },
];

export function stateChip(key: KeyRow): Html {
  const state = keyState(key);
  return html`<span class="chip ${state === 'active' ? 'good' : 'bad'}">${state}</span>`;
}

export function lastUse(usedAt: number | null): Html {
  return usedAt === null ? html`<span class="quiet">not in 30 days</span>` : ago(new Date(usedAt).toISOString());
}

function keysUrl(app: string | undefined, before: string): string {
  return `/keys?${new URLSearchParams({ ...(app === undefined ? {} : { app }), before }).toString()}`;
}
