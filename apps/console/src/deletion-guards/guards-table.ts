import type { DeletionGuardView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { number } from '../pages/numbers.js';
import { ago } from '../pages/times.js';

/** Credentials whose answers would have deleted unusually many devices, and what can become of those. */
export function guardsTable(guards: readonly DeletionGuardView[], names: AppNames): Html {
  return html`<h2>Devices that were not deleted</h2>
    <p class="quiet">
      A provider called more devices gone than is usual, so they were set aside. They get nothing but one try a day.
    </p>
    <div class="card table">
      <table class="stacked">
        <thead>
          <tr>
            <th>Credential</th>
            <th>Since</th>
            <th class="number">Devices</th>
            <th><span class="unseen">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${guards.map((guard) => row(guard, names))}
        </tbody>
      </table>
    </div>`;
}

function row({ credentialId, appId, provider, trippedAt, openUntil, held }: DeletionGuardView, names: AppNames): Html {
  return html`<tr>
    <td data-label="Credential">${provider} · ${appLabel(names, appId)}<br /><code>${credentialId}</code></td>
    <td data-label="Since">
      ${trippedAt === null ? '' : ago(trippedAt)}
      ${openUntil === null ? '' : html`<span class="quiet">everything is deleted, which ends ${ago(openUntil)}</span>`}
    </td>
    <td data-label="Devices" class="number">${number(held)}</td>
    <td>${trippedAt === null && held === 0 ? '' : buttons(credentialId)}</td>
  </tr>`;
}

function buttons(credentialId: string): Html {
  return html`<div class="buttons">
    <form method="post" action="/deletion-guards/${credentialId}/keep"><button>Keep the devices</button></form>
    <a class="button danger" href="/deletion-guards/${credentialId}/delete">Delete them …</a>
  </div>`;
}
