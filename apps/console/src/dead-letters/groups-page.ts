import type { DeadLetterGroup, DeadLetterRunView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import type { Message } from '../pages/message.js';
import { counted } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { ago } from '../pages/times.js';
import { groupForms, warningFor } from './letter-forms.js';
import { listUrl } from './letter-group.js';
import { runsTable } from './runs-page.js';

export interface GroupsPageParts {
  readonly groups: readonly DeadLetterGroup[];
  /** The newest first. */
  readonly runs: readonly DeadLetterRunView[];
  readonly names: AppNames;
  readonly message: Message | undefined;
}

/** Deliveries that were given up, by what they died of. */
export function groupsPage({ groups, runs, names, message }: GroupsPageParts): Page {
  const underWay = runs.filter(({ state }) => state === 'running');
  const letters = groups.reduce((sum, { count }) => sum + count, 0);
  return operatorPage({
    title: 'Dead letters',
    place: 'dead-letters',
    trail: [{ text: 'Console', url: '/' }],
    message,
    body: html`<p>
        ${
          letters === 0
            ? 'No dead letter is open.'
            : html`<b>${counted(letters, 'dead letter')}</b> ${letters === 1 ? 'is' : 'are'} open: deliveries that were
                given up, and nothing was done about them yet.`
        }
        <a href="${listUrl({}, { state: 'replayed' })}">Replayed</a> and
        <a href="${listUrl({}, { state: 'discarded' })}">discarded</a> ones are kept, and
        <a href="/dead-letters/runs">what was done about groups</a>.
      </p>
      ${
        underWay.length === 0
          ? ''
          : html`<h2>Under way</h2>
              ${runsTable(underWay, names)}`
      }
      ${groups.map((group) => groupCard(group, names))}`,
  });
}

function groupCard(group: DeadLetterGroup, names: AppNames): Html {
  const { appId, provider, lane, reason, count, oldestAt, newestAt } = group;
  return html`<section class="card group" aria-label="${reason}, ${provider} ${lane}">
    <h2>${reason}</h2>
    <p class="quiet">${provider} · ${lane} · ${appLabel(names, appId)}</p>
    <p>
      <a href="${listUrl(group)}">${counted(count, 'letter')}</a>
      <span class="quiet"
        >${count === 1 ? '' : 'oldest'} ${ago(oldestAt)}${count === 1 ? '' : html`, newest ${ago(newestAt)}`}</span
      >
    </p>
    ${warningFor(reason)} ${groupForms({ appId, provider, lane, reason })}
  </section>`;
}
