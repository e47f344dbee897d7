import { formatId } from '@signalbox/contracts';
import { html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { dataList, timeline } from '../pages/timeline.js';
import { exactly } from '../pages/times.js';
import { olderEvents } from './older-events.js';
import { whatIsNext } from './payment-page.js';
import { momentsOfObject, nextOf } from './payment-story.js';
import type { StripeObjectStory } from './read-payment.js';

/** An object of Stripe's: what we keep of it, what we were told, what was decided and followed. */
export function stripeObjectPage({ object, events, olderLeftOut, effects }: StripeObjectStory, names: AppNames): Page {
  const { appId, account, objectType, objectId, livemode, state, deleted, paymentId, updatedAt } = object;
  return operatorPage({
    title: objectId,
    place: 'find',
    body: html`<p class="kicker">Stripe’s ${objectType ?? 'event'}</p>
      <dl class="card facts">
        ${fact('App', appLabel(names, formatId('app', appId)))}
        ${account === '' ? '' : fact('Account', html`<code>${account}</code>`)}
        ${fact('Mode', livemode ? 'live' : 'test')}
        ${
          paymentId == null
            ? ''
            : fact(
                'Payment',
                html`<a href="/payments/${formatId('payment', paymentId)}"
                  ><code>${formatId('payment', paymentId)}</code></a
                >`,
              )
        }
        ${deleted === true ? fact('State', 'deleted') : ''}
        ${updatedAt === undefined ? '' : fact('As of', exactly(updatedAt.toISOString()))}
      </dl>
      ${whatIsNext(nextOf([], events))}
      ${
        state === undefined
          ? html`<p class="quiet">We were told of it and keep nothing about it.</p>`
          : html`<h2>How it stands here</h2>
              <section class="card">${dataList(state)}</section>`
      }
      <h2>What Stripe told of it</h2>
      ${olderLeftOut ? olderEvents(objectId, account) : ''}
      <section class="card" aria-label="What Stripe told of it">
        ${timeline(momentsOfObject(events, effects))}
      </section>`,
  });
}
