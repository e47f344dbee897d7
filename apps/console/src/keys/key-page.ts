import { formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import { counted } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { exactly } from '../pages/times.js';
import { lastUse, stateChip } from './keys-page.js';
import type { KeyRow, SeenRequest, Trail } from './read-keys.js';

export interface KeyPageParts {
  readonly key: KeyRow;
  readonly trail: Trail;
  readonly names: AppNames;
}

/** A key, whether it opens anything, and what it was used for last. The key itself is not known here. */
export function keyPage({ key, trail, names }: KeyPageParts): Page {
  const id = formatId('key', key.id);
  return operatorPage({
    title: key.name,
    place: 'keys',
    trail: [{ text: 'API keys', url: '/keys' }],
    body: html`<p class="kicker">API key <code>${id}</code></p>
      <dl class="card facts">
        ${fact('State', stateChip(key))} ${fact('App', appLabel(names, formatId('app', key.appId)))}
        ${fact('Begins with', html`<code>${key.hint}</code>`)} ${fact('Kind', key.kind)}
        ${fact('May', key.scopes.join(', '))}
        ${fact('From', key.allowedCidrs.length === 0 ? 'anywhere' : key.allowedCidrs.join(', '))}
        ${fact('Made', exactly(key.createdAt.toISOString()))} ${ends(key)} ${fact('Last use', lastUse(key.usedAt))}
        ${fact('Facts', html`<a href="/events?subject=${id}">all that happened to it</a>`)}
      </dl>
      <h2>Last requests</h2>
      ${
        trail.leftOut === 0
          ? ''
          : html`<p class="quiet">
              Beside ${counted(trail.leftOut, 'request')} of the same time that went too fast to be kept. What failed is
              kept first.
            </p>`
      }
      ${trail.requests.length === 0 ? html`<p class="card">None in 30 days.</p>` : table(trail.requests, COLUMNS)}`,
  });
}

function ends({ revokedAt, expiresAt }: KeyRow): Html {
  if (revokedAt !== null) return fact('Revoked', exactly(revokedAt.toISOString()));
  return expiresAt === null ? html`` : fact('Ends', exactly(expiresAt.toISOString()));
}

const COLUMNS: readonly Column<SeenRequest>[] = [
  { title: 'When', cell: ({ at }) => exactly(new Date(at).toISOString()) },
  { title: 'Service', cell: ({ service }) => service },
  { title: 'Request', cell: ({ method, route }) => html`<code>${method} ${route}</code>` },
  {
    title: 'Answer',
    cell: ({ status, code }) =>
      html`<span class="chip ${status < 400 ? 'good' : 'bad'}">${code === null ? status : `${status} ${code}`}</span>`,
  },
  { title: 'ms', isNumber: true, cell: ({ ms }) => ms },
  { title: 'From', cell: ({ network }) => network ?? '' },
  { title: 'Request id', cell: ({ requestId }) => (requestId === null ? '' : html`<code>${requestId}</code>`) },
];
