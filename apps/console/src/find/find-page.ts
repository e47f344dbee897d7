import { html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import type { Place } from './find.js';

export interface FindPageParts {
  readonly text: string;
  readonly places: readonly Place[];
  readonly names: AppNames;
}

/** What was looked for is known in several places, or in none. */
export function findPage({ text, places, names }: FindPageParts): Page {
  return operatorPage({
    title: text === '' ? 'Find' : `Find ${text}`,
    place: 'find',
    body:
      places.length === 0
        ? html`<p class="card">
            ${text === '' ? 'Nothing was asked for.' : html`Nothing here is called <b>${text}</b>.`} An id of anything
            finds its story: a notification, a delivery, a device, an event, a payment, the <code>apns-id</code> that
            Apple was given. So do the names that the app gives its users and installations.
          </p>`
        : html`<ul class="card places">
            ${places.map(
              ({ url, what, appId }) =>
                html`<li>
                  <a href="${url}">${what} <b>${text}</b></a>
                  ${appId === undefined ? '' : html`of ${appLabel(names, appId)}`}
                </li>`,
            )}
          </ul>`,
  });
}
