import { EVENT_TYPES, formatId } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { idLink, toneOf } from '../pages/timeline.js';
import { exactly } from '../pages/times.js';
import type { EventFilter, EventRow, EventsFound } from './read-events.js';

export interface EventsPageParts extends EventsFound {
  readonly filter: EventFilter;
  readonly names: AppNames;
}

/** The event log, newest first. With a script the newest page follows it. */
export function eventsPage({ events, next, filter, names }: EventsPageParts): Page {
  const isNewest = filter.before === undefined && filter.subject === undefined;
  return operatorPage({
    title: filter.subject === undefined ? 'Event log' : `Events of ${filter.subject}`,
    place: 'events',
    body: html`${filterForm(filter)}
      <div class="card table">
        <table class="stacked">
          <thead>
            <tr>
              <th>When</th>
              <th>What</th>
              <th>Of what</th>
              <th>App</th>
            </tr>
          </thead>
          <tbody ${isNewest ? html`data-tail="${eventsUrl(filter)}"` : ''}>
            ${eventRows(events, names)}
          </tbody>
        </table>
        ${events.length === 0 ? html`<p class="quiet">Nothing here.</p>` : ''}
      </div>
      <nav class="pager" aria-label="Pages of the log">
        ${filter.before === undefined ? '' : html`<a href="${eventsUrl({ ...filter, before: undefined })}">Newest</a>`}
        ${next === undefined ? '' : html`<a href="${eventsUrl({ ...filter, before: next })}">Older</a>`}
      </nav>`,
  });
}

/** One row for each event. The script asks for rows alone and puts them on top. */
export function eventRows(events: readonly EventRow[], names: AppNames): Html[] {
  return events.map(({ id, type, subject, appId, at }) => {
    const event = formatId('event', id);
    return html`<tr data-id="${event}">
      <td data-label="When">${exactly(at.toISOString())}</td>
      <td data-label="What"><a href="/events/${event}" class="${toneOf(type)}">${type}</a></td>
      <td data-label="Of what">${idLink(subject)}</td>
      <td data-label="App">${appLabel(names, formatId('app', appId))}</td>
    </tr>`;
  });
}

function filterForm({ type = '', app = '', subject = '' }: EventFilter): Html {
  return html`<form class="filters" method="get" action="/events" role="search" aria-label="Filter the log">
    <label>Type <input name="type" value="${type}" list="types" placeholder="delivery.*" /></label>
    <label>App <input name="app" value="${app}" placeholder="app_…" /></label>
    <label>Of what <input name="subject" value="${subject}" placeholder="ntf_…, usr_…, pay_…" /></label>
    <button>Show</button>
    <datalist id="types">${Object.keys(EVENT_TYPES).map((each) => html`<option value="${each}"></option>`)}</datalist>
  </form>`;
}

export function eventsUrl(filter: EventFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter) as [string, string | undefined][]) {
    if (value !== undefined) query.set(name, value);
  }
  return query.size === 0 ? '/events' : `/events?${query.toString()}`;
}
