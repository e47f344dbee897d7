import { type BroadcastState, formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { exactly } from '../pages/times.js';
import type { BroadcastsFound, ListedBroadcast } from './read-broadcasts.js';

export interface BroadcastsPageParts extends BroadcastsFound {
  readonly app: string | undefined;
  readonly names: AppNames;
}

/** The broadcasts of an app, or of all, the newest first. */
export function broadcastsPage({ broadcasts, next, app, names }: BroadcastsPageParts): Page {
  return operatorPage({
    title: 'Broadcasts',
    place: 'broadcasts',
    body: html`<form class="filters" method="get" action="/broadcasts" role="search" aria-label="Broadcasts of one app">
        <label>App <input name="app" value="${app ?? ''}" placeholder="app_…" /></label>
        <button>Show</button>
      </form>
      ${broadcasts.length === 0 ? html`<p class="card">There are no broadcasts.</p>` : table(broadcasts, columns(names))}
      <nav class="pager" aria-label="Pages of broadcasts">
        ${next === undefined ? '' : html`<a href="${pageUrl(app, next)}">Older</a>`}
      </nav>`,
  });
}

const columns = (names: AppNames): readonly Column<ListedBroadcast>[] => [
  {
    title: 'Starts',
    cell: ({ id, startsAt }) =>
      html`<a href="/broadcasts/${formatId('broadcast', id)}">${exactly(startsAt.toISOString())}</a>`,
  },
  { title: 'App', cell: ({ appId }) => appLabel(names, formatId('app', appId)) },
  { title: 'To', cell: ({ audience }) => audienceOf(audience) },
  { title: 'State', cell: ({ state }) => broadcastChip(state) },
  { title: 'Phones', isNumber: true, cell: ({ total }) => (total === null ? '' : number(total)) },
  { title: 'Reached', isNumber: true, cell: ({ taken }) => number(taken) },
  { title: 'Sent', isNumber: true, cell: ({ sent }) => number(sent) },
  { title: 'Failed', isNumber: true, cell: ({ failed }) => number(failed) },
];

const TONES: Readonly<Record<BroadcastState, 'good' | 'bad' | 'waits'>> = {
  scheduled: 'waits',
  running: 'good',
  paused: 'bad',
  draining: 'good',
  completed: 'good',
  cancelled: 'bad',
};

export function broadcastChip(state: BroadcastState): Html {
  return html`<span class="chip ${TONES[state]}">${state}</span>`;
}

/** Whom it is for, in a few words: `everyone`, `topic news`, `segment vip`, `a filter`. */
export function audienceOf({ topic, segment, everyone }: Readonly<Record<string, unknown>>): string {
  if (typeof topic === 'string') return `topic ${topic}`;
  if (typeof segment === 'string') return `segment ${segment}`;
  return everyone === true ? 'everyone' : 'a filter';
}

function pageUrl(app: string | undefined, before: string): string {
  return `/broadcasts?${new URLSearchParams({ ...(app === undefined ? {} : { app }), before }).toString()}`;
}
