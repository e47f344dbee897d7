import type { Explanation, NotificationStatus } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { fact } from '../pages/fact.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { dataList, timeline } from '../pages/timeline.js';

const TONES: Readonly<Record<NotificationStatus, 'good' | 'bad' | 'waits'>> = {
  accepted: 'waits',
  scheduled: 'waits',
  delayed: 'waits',
  sending: 'waits',
  sent: 'good',
  failed: 'bad',
  refused: 'bad',
  undeliverable: 'bad',
  cancelled: 'bad',
};

/** The story of a notification: why, what was asked, what happened, what happens next. */
export function notificationPage({ id, status, because, asked, timeline: moments, next, traceId }: Explanation): Page {
  return operatorPage({
    title: id,
    place: 'find',
    body: html`<p class="kicker">Notification</p>
      <section class="card answer" aria-label="In a sentence">
        <span class="chip ${TONES[status]}">${status}</span>
        <p>${because}</p>
      </section>
      ${
        next.length === 0
          ? ''
          : html`<h2>What happens next</h2>
              ${nextList(next)}`
      }
      <h2>What happened</h2>
      <section class="card" aria-label="What happened">${timeline(moments)}</section>
      <h2>What was asked</h2>
      <section class="card" aria-label="What was asked">${dataList(asked)}</section>
      ${
        traceId === undefined ? '' : html`<dl class="card facts">${fact('Trace', html`<code>${traceId}</code>`)}</dl>`
      }`,
  });
}

function nextList(next: readonly string[]): Html {
  return html`<ul class="card next">
    ${next.map((each) => html`<li>${each}</li>`)}
  </ul>`;
}
