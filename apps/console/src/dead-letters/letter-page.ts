import type { DeadLetterView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import type { Message } from '../pages/message.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { exactly } from '../pages/times.js';
import { letterForms, warningFor } from './letter-forms.js';
import { listUrl } from './letter-group.js';

export interface LetterPageParts {
  readonly letter: DeadLetterView;
  readonly names: AppNames;
  readonly message: Message | undefined;
}

/** One dead letter: what the provider answered, what was done about it, what can be done. */
export function letterPage({ letter, names, message }: LetterPageParts): Page {
  const { id, appId, provider, lane, reason, attempt, diedAt, notificationId, deviceId, state, answer } = letter;
  return operatorPage({
    title: reason,
    place: 'dead-letters',
    trail: [
      { text: 'Console', url: '/' },
      { text: 'Dead letters', url: '/dead-letters' },
      { text: 'Group', url: listUrl({ appId, provider, lane, reason }) },
    ],
    message,
    body: html`<p>${outcome(letter)}</p>
      ${state === 'open' ? html`<section class="card group" aria-label="Actions">${warningFor(reason)} ${letterForms(id)}</section>` : ''}
      <h2>The provider's last answer</h2>
      ${
        answer == null
          ? html`<p class="quiet">There was none: the delivery died without one.</p>`
          : html`<pre class="card" tabindex="0">${JSON.stringify(answer, null, 2)}</pre>`
      }
      <h2>The delivery</h2>
      <dl class="card facts">
        ${fact('Delivery', html`<code>${id}</code>`)} ${fact('App', appLabel(names, appId))}
        ${fact('Provider', html`${provider} · ${lane}`)} ${fact('Attempts', html`${attempt}`)}
        ${fact('Died', exactly(diedAt))}
        ${fact('Notification', html`<a href="/notifications/${notificationId}"><code>${notificationId}</code></a>`)}
        ${fact('Device', html`<code>${deviceId}</code>`)}
      </dl>
      <nav class="pager" aria-label="Letters of this group">
        <a href="${listUrl({ appId, provider, lane, reason }, { state, after: id })}">The letters after this one</a>
      </nav>`,
  });
}

function outcome({ state, resolvedAt, replayId, note }: DeadLetterView): Html {
  const when = resolvedAt === undefined ? '' : exactly(resolvedAt);
  switch (state) {
    case 'open':
      return html`Nothing was done about this delivery yet.`;
    case 'replayed':
      return html`Sent again on ${when}, as <code>${replayId ?? 'another delivery'}</code>.`;
    case 'discarded':
      return html`Discarded on ${when}: ${note ?? 'no note'}`;
  }
}
