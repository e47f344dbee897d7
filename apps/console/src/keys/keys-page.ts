import { formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppListParts, appList } from '../apps/app-list.js';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { ago } from '../pages/times.js';
import { keyState } from './key-state.js';
import type { KeyRow } from './read-keys.js';

/** The API keys of an app, or of all, the newest first. */
export function keysPage(found: AppListParts<KeyRow>): Page {
  const { rows, names } = found;
  return operatorPage({
    title: 'API keys',
    place: 'keys',
    body: appList(found, {
      url: '/keys',
      things: 'keys',
      found: rows.length === 0 ? html`<p class="card">There are no keys.</p>` : table(rows, columns(names)),
    }),
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
