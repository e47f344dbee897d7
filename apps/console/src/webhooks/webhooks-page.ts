import { formatId } from '@signalbox/contracts';
import { html } from '@signalbox/html';
import { type AppListParts, appList } from '../apps/app-list.js';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { endpointChip } from './endpoint-state.js';
import { LATELY, type ListedEndpoint } from './read-webhooks.js';

/** The webhook endpoints of an app, or of all, the newest first. */
export function webhooksPage(found: AppListParts<ListedEndpoint>): Page {
  const { rows, names } = found;
  return operatorPage({
    title: 'Webhooks',
    place: 'webhooks',
    body: appList(found, {
      url: '/webhooks',
      things: 'endpoints',
      found:
        rows.length === 0
          ? html`<p class="card">No app has its events posted anywhere.</p>`
          : html`${table(rows, columns(names))}
              <p class="quiet">Figures are those of the last ${LATELY} events for each.</p>`,
    }),
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
