import { formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import type { Message } from '../pages/message.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { idLink } from '../pages/timeline.js';
import { ago, exactly } from '../pages/times.js';
import { endpointChip, howItIs } from './endpoint-state.js';
import type { WebhookDelivery, WebhookEndpoint } from './read-webhooks.js';

export interface WebhookPageParts {
  readonly endpoint: WebhookEndpoint;
  readonly deliveries: readonly WebhookDelivery[];
  readonly names: AppNames;
  /** False: this console was not told where events is. */
  readonly canAct: boolean;
  readonly message: Message | undefined;
}

/** An endpoint: how it is doing, what it answered, and what can be done about it. */
export function webhookPage({ endpoint, deliveries, names, canAct, message }: WebhookPageParts): Page {
  const id = formatId('webhookEndpoint', endpoint.id);
  return operatorPage({
    title: endpoint.url,
    place: 'webhooks',
    trail: [{ text: 'Webhooks', url: '/webhooks' }],
    message,
    body: html`<p class="kicker">Webhook endpoint <code>${id}</code></p>
      <section class="card answer" aria-label="State">
        ${endpointChip(endpoint)}
        <p>${howItIs(endpoint)}</p>
      </section>
      <dl class="card facts">
        ${fact('App', appLabel(names, formatId('app', endpoint.appId)))}
        ${endpoint.description === null ? '' : fact('Description', endpoint.description)}
        ${fact('Gets', endpoint.eventTypes.length === 0 ? 'all events' : endpoint.eventTypes.join(', '))}
        ${fact('In order', endpoint.ordered ? 'yes: an event waits for the one before it of its subject' : 'no')}
        ${fact('Made', exactly(endpoint.createdAt.toISOString()))}
        ${fact('Facts', html`<a href="/events?subject=${id}">all that happened to it</a>`)}
      </dl>
      ${canAct ? whatCanBeDone(id, endpoint.enabled) : html`<p class="quiet">To change it from here, this console needs EVENTS_URL.</p>`}
      <h2>Last events</h2>
      ${deliveries.length === 0 ? html`<p class="card">None.</p>` : table(deliveries, columns(id, canAct && endpoint.enabled))}`,
  });
}

function whatCanBeDone(id: string, enabled: boolean): Html {
  if (!enabled) {
    return html`<div class="card actions">
      <form method="post" action="/webhooks/${id}/enable"><button>Enable</button></form>
    </div>`;
  }
  return html`<div class="card actions">
    <form method="post" action="/webhooks/${id}/test"><button>Send a test event</button></form>
    <form method="post" action="/webhooks/${id}/disable"><button class="danger">Disable</button></form>
    <form method="post" action="/webhooks/${id}/recover">
      <label>Hours back <input name="hours" type="number" min="1" max="719" value="24" required /></label>
      <label>A second <input name="perSecond" type="number" min="1" max="500" value="20" required /></label>
      <button>Send again what failed or was never sent</button>
    </form>
  </div>`;
}

const columns = (id: string, canSend: boolean): readonly Column<WebhookDelivery>[] => [
  { title: 'When', cell: ({ lastAt, createdAt }) => exactly((lastAt ?? createdAt).toISOString()) },
  {
    title: 'Event',
    cell: ({ eventId, eventType, subject }) =>
      html`<a href="/events/${formatId('event', eventId)}">${eventType}</a><br />${idLink(subject)}`,
  },
  {
    title: 'State',
    cell: ({ state, nextAttemptAt }) =>
      html`<span class="chip ${TONES[state]}">${state}</span>
        ${nextAttemptAt === null ? '' : html`<br /><span class="quiet">next ${ago(nextAttemptAt.toISOString())}</span>`}`,
  },
  { title: 'Attempts', isNumber: true, cell: ({ attempt }) => attempt },
  { title: 'Last answer', cell: (delivery) => lastAnswer(delivery) },
  { title: 'ms', isNumber: true, cell: ({ milliseconds }) => milliseconds ?? '' },
  ...(canSend ? [{ title: 'Again', cell: (delivery: WebhookDelivery) => sendAgain(id, delivery) }] : []),
];

const TONES: Readonly<Record<WebhookDelivery['state'], 'good' | 'bad' | 'waits'>> = {
  pending: 'waits',
  retrying: 'waits',
  delivered: 'good',
  failed: 'bad',
};

function lastAnswer({ status, error, reason, answer }: WebhookDelivery): Html {
  const words = [status, error ?? (status === null ? reason : null)].filter((each) => each !== null).join(' ');
  if (answer === null || answer === '') return html`${words}`;
  return html`${words}
    <details>
      <summary>What it said</summary>
      <pre tabindex="0">${answer}</pre>
    </details>`;
}

function sendAgain(id: string, delivery: WebhookDelivery): Html {
  if (delivery.state === 'pending') return html``;
  const named = formatId('webhookDelivery', delivery.id);
  return html`<form method="post" action="/webhooks/${id}/deliveries/${named}/resend">
    <button aria-label="Send ${named} again">Send again</button>
  </form>`;
}
