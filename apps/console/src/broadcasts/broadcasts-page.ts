import { type BroadcastState, formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppListParts, appList } from '../apps/app-list.js';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { exactly } from '../pages/times.js';
import type { ListedBroadcast } from './read-broadcasts.js';

/** The broadcasts of an app, or of all, the newest first. */
export function broadcastsPage(found: AppListParts<ListedBroadcast>): Page {
  const { rows, names } = found;
  return operatorPage({
    title: 'Broadcasts',
    place: 'broadcasts',
    body: appList(found, {
      url: '/broadcasts',
      things: 'broadcasts',
      found: rows.length === 0 ? html`<p class="card">There are no broadcasts.</p>` : table(rows, columns(names)),
    }),
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
