import { formatId } from '@signalbox/contracts';
import { html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { endpointChip } from './endpoint-state.js';
import { type EndpointsFound, LATELY, type ListedEndpoint } from './read-webhooks.js';

export interface WebhooksPageParts extends EndpointsFound {
  readonly app: string | undefined;
  readonly names: AppNames;
}

/** The webhook endpoints of an app, or of all, the newest first. */
export function webhooksPage({ endpoints, next, app, names }: WebhooksPageParts): Page {
  return operatorPage({
    title: 'Webhooks',
    place: 'webhooks',
    body: html`<form class="filters" method="get" action="/webhooks" role="search" aria-label="Endpoints of one app">
        <label>App <input name="app" value="${app ?? ''}" placeholder="app_…" /></label>
        <button>Show</button>
      </form>
      ${endpoints.length === 0 ? html`<p class="card">No app has its events posted anywhere.</p>` : table(endpoints, columns(names))}
      ${endpoints.length === 0 ? '' : html`<p class="quiet">Figures are those of the last ${LATELY} events for each.</p>`}
      <nav class="pager" aria-label="Pages of endpoints">
        ${next === undefined ? '' : html`<a href="${pageUrl(app, next)}">Older</a>`}
      </nav>`,
  });
}

const columns = (names: AppNames): readonly Column<ListedEndpoint>[] => [
  {
    title: 'Endpoint',
    cell: ({ id, url, description }) =>
      html`<a href="/webhooks/${formatId('webhookEndpoint', id)}">${url}</a>
        ${description === null ? '' : html`<br /><span class="quiet">${description}</span>`}`,
  },
  { title: 'App', cell: ({ appId }) => appLabel(names, formatId('app', appId)) },
  { title: 'State', cell: (endpoint) => endpointChip(endpoint) },
  { title: 'Events', isNumber: true, cell: ({ events }) => number(events) },
  { title: 'Failed', isNumber: true, cell: ({ failed }) => number(failed) },
  { title: 'Waiting', isNumber: true, cell: ({ waiting }) => number(waiting) },
];

function pageUrl(app: string | undefined, before: string): string {
  return `/webhooks?${new URLSearchParams({ ...(app === undefined ? {} : { app }), before }).toString()}`;
}
