import type { DeletionGuardView } from '@signalbox/contracts';
import { html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { counted } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';

/** Asks once more before devices are deleted. */
export function deletePage({ credentialId, appId, provider, held }: DeletionGuardView, names: AppNames): Page {
  return operatorPage({
    title: `Delete ${counted(held, 'device')}?`,
    trail: [{ text: 'Console', url: '/' }],
    body: html`<p>
        ${provider} said that they are gone: ${appLabel(names, appId)}, credential <code>${credentialId}</code>. A
        device that registers again comes back.
      </p>
      <form class="card group" method="post" action="/deletion-guards/${credentialId}/delete">
        <label>
          Hours for which everything else is deleted too, for a clean-up that is known to be large; empty: none
          <input name="openForHours" type="number" min="1" max="168" />
        </label>
        <div class="buttons">
          <button class="danger">Delete ${counted(held, 'device')}</button>
          <a class="button" href="/">Back</a>
        </div>
      </form>`,
  });
}
