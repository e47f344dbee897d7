import { formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { timeline } from '../pages/timeline.js';
import { exactly } from '../pages/times.js';
import { userUrl } from '../users/user-url.js';
import { olderEvents } from './older-events.js';
import { momentsOf, nextOf, type PaymentStory, statusOf } from './payment-story.js';
import { SHOWN } from './read-payment.js';

const TONES: Readonly<Record<string, 'good' | 'bad'>> = {
  succeeded: 'good',
  requires_capture: 'good',
  canceled: 'bad',
  requires_payment_method: 'bad',
};

/** The story of a payment: how it stands, what happens next, what was asked, answered, told and booked. */
export function paymentPage(story: PaymentStory, names: AppNames): Page {
  const { payment, objects, operations, events } = story;
  const id = formatId('payment', payment.id);
  const appId = formatId('app', payment.appId);
  const status = statusOf(story);
  return operatorPage({
    title: id,
    place: 'find',
    body: html`<p class="kicker">Payment</p>
      <section class="card answer" aria-label="How it stands">
        <span class="chip ${TONES[status] ?? 'waits'}">${status}</span>
        <p>${money(payment.amount, payment.currency)}${payment.livemode ? '' : ' of a test'}</p>
      </section>
      ${whatIsNext(nextOf(operations, events))}
      <h2>What happened</h2>
      ${story.olderLeftOut && payment.gatewayRef !== null ? olderEvents(payment.gatewayRef, payment.account) : ''}
      ${story.moreLeftOut ? moreInLog(id) : ''}
      <section class="card" aria-label="What happened">${timeline(momentsOf(story))}</section>
      <h2>What it is</h2>
      <dl class="card facts">
        ${fact('App', appLabel(names, appId))}
        ${fact('User', payment.userId === null ? 'not known' : html`<a href="${userUrl(appId, payment.userId)}">${payment.userId}</a>`)}
        ${fact('Order', payment.orderId ?? 'none: it was made at the gateway by somebody else')}
        ${fact('Gateway', [payment.gateway, payment.gatewayRef, payment.account].filter(Boolean).join(' · '))}
        ${objects.length === 0 ? '' : fact('Parts', html`${objects.map(part)}`)}
        ${fact('Made', exactly(payment.createdAt.toISOString()))}
        ${fact('Log', html`<a href="/events?subject=${id}">all that was told of it</a>`)}
      </dl>`,
  });
}

/** Of a payment with more than a page can show. */
function moreInLog(id: string): Html {
  return html`<p class="quiet">
    Only the newest ${SHOWN} are shown of its parts, its calls at the gateway, or its movements of money. The
    <a href="/events?subject=${id}">log</a> has all that was told of it.
  </p>`;
}

/** What is still to come; nothing where nothing is. */
export function whatIsNext(next: readonly string[]): Html {
  if (next.length === 0) return html``;
  return html`<h2>What happens next</h2>
    <ul class="card next">
      ${next.map((each) => html`<li>${each}</li>`)}
    </ul>`;
}

function part({ key, objectType, objectId, state }: PaymentStory['objects'][number]): Html {
  return html`<a href="/stripe-objects/${key}">${objectType} <code>${objectId}</code></a>
    ${state.now?.status ?? ''}<br />`;
}

function money(amount: number | null, currency: string | null): string {
  return amount === null || currency === null
    ? 'The amount is not known'
    : `${amount} ${currency}, in its smallest unit`;
}
