import type { DeadLetterView, Page as ListPage } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import type { Message } from '../pages/message.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { groupForms, warningFor } from './letter-forms.js';
import { fieldsOf, type LetterGroup, listUrl } from './letter-group.js';
import type { LetterQuery } from './letters-of-push.js';
import { lettersTable } from './letters-table.js';

export interface LettersPageParts extends LetterQuery {
  readonly letters: ListPage<DeadLetterView>;
  readonly names: AppNames;
  readonly message: Message | undefined;
}

const STATES = ['open', 'replayed', 'discarded'] as const;

/** The letters of one group, or of several, a page at a time. */
export function lettersPage({ group, state, after, letters, names, message }: LettersPageParts): Page {
  const { items, next } = letters;
  const isGroup = group.provider !== undefined || group.lane !== undefined || group.reason !== undefined;
  return operatorPage({
    title: group.reason ?? 'All letters',
    place: 'dead-letters',
    trail: [
      { text: 'Console', url: '/' },
      { text: 'Dead letters', url: '/dead-letters' },
    ],
    message,
    body: html`${about(group, names)}
      <nav class="tabs" aria-label="State">
        ${STATES.map((each) => html`<a href="${listUrl(group, { state: each })}" ${current(each === state)}>${each}</a> `)}
      </nav>
      ${state === 'open' && isGroup && group.appId !== undefined && items.length > 0 ? wholeGroup(group) : ''}
      ${items.length === 0 ? html`<p>No letter here.</p>` : lettersTable(items, { group, state, names })}
      <nav class="pager" aria-label="Pages of this list">
        ${after === '' ? '' : html`<a href="${listUrl(group, { state })}">First page</a>`}
        ${next === null ? '' : html`<a href="${listUrl(group, { state, after: next })}">Next page</a>`}
      </nav>`,
  });
}

function about({ appId, provider = '', lane = '' }: LetterGroup, names: AppNames): Html {
  const parts = fieldsOf({ provider, lane }).map(([, value]) => html`${value} · `);
  return html`<p class="quiet">${parts}${appId === undefined ? 'all apps' : appLabel(names, appId)}</p>`;
}

function current(isCurrent: boolean): Html {
  return isCurrent ? html`aria-current="page"` : html``;
}

function wholeGroup(group: LetterGroup): Html {
  return html`<section class="card group" aria-label="The whole group">
    <h2>The whole group</h2>
    ${warningFor(group.reason ?? '')} ${groupForms(group)}
  </section>`;
}
