import type { HoldView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { ago } from '../pages/times.js';

/** An operator placed it, and ends it where its breaker is. */
const ISOLATED = 'isolated_by_operator';
/** A flag placed it, and ends it. */
const BY_FLAG = 'held_by_flag';
/** No end that anybody would give is so far away. Milliseconds. */
const ENDLESS_MS = 100 * 365 * 86_400_000;

/** The credentials that wait because their provider said so, each with a button that ends it. */
export function holdsTable(holds: readonly HoldView[], names: AppNames): Html {
  return html`<h2>Credentials on hold</h2>
    <div class="card table">
      <table class="stacked">
        <thead>
          <tr>
            <th>Credential</th>
            <th>Reason</th>
            <th>Since</th>
            <th>Until</th>
            <th class="number">Waiting</th>
            <th><span class="unseen">Action</span></th>
          </tr>
        </thead>
        <tbody>
          ${holds.map((hold) => row(hold, names))}
        </tbody>
      </table>
    </div>`;
}

function row(hold: HoldView, names: AppNames): Html {
  const { credentialId, appId, provider, scope, reason, since, until, state, times, waiting } = hold;
  return html`<tr>
    <td data-label="Credential">
      ${provider} · ${appLabel(names, appId)}<br /><code>${credentialId}</code>
      ${scope === 'project' ? html`<br /><span class="quiet">and its whole project</span>` : ''}
    </td>
    <td data-label="Reason">${reason} ${times > 1 ? html`<span class="quiet">${times} times in a row</span>` : ''}</td>
    <td data-label="Since">${ago(since)}</td>
    <td data-label="Until">
      ${state === 'probing' ? 'one message tries it now' : reason === BY_FLAG ? 'the flag is turned on' : reason === ISOLATED && Date.parse(until) > Date.now() + ENDLESS_MS ? 'somebody ends it' : ago(until)}
    </td>
    <td data-label="Waiting" class="number">${number(waiting)}</td>
    <td>
      ${
        reason === ISOLATED || reason === BY_FLAG
          ? html`<a href="/providers#${credentialId}">Its breaker</a>`
          : html`<form method="post" action="/holds/${credentialId}/lift">
              <button aria-label="Lift the hold on ${credentialId}">Lift</button>
            </form>`
      }
    </td>
  </tr>`;
}
