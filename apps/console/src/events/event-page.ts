import { formatId } from '@signalbox/contracts';
import { html } from '@signalbox/html';
import { traceIdOf } from '@signalbox/telemetry';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { dataList, idLink } from '../pages/timeline.js';
import { exactly } from '../pages/times.js';
import { eventsUrl } from './events-page.js';
import type { EventRow } from './read-events.js';

/** One fact of the log, whole but for what is sealed. */
export function eventPage({ id, appId, type, subject, payload, at }: EventRow, names: AppNames): Page {
  const { trace } = payload;
  const traceId = typeof trace === 'string' ? traceIdOf(trace) : undefined;
  return operatorPage({
    title: type,
    place: 'events',
    body: html`<p class="kicker">Event <code>${formatId('event', id)}</code></p>
      <dl class="card facts">
        ${fact('When', exactly(at.toISOString()))}
        ${fact('Of what', html`${idLink(subject)} <a href="${eventsUrl({ subject })}">all that happened to it</a>`)}
        ${fact('App', appLabel(names, formatId('app', appId)))}
        ${traceId === undefined ? '' : fact('Trace', html`<code>${traceId}</code>`)}
      </dl>
      <h2>What it says</h2>
      <section class="card">${dataList(payload)}</section>`,
  });
}
