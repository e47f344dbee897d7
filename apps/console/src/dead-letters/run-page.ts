import type { DeadLetterRunView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { fact } from '../pages/fact.js';
import type { Message } from '../pages/message.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { exactly } from '../pages/times.js';
import { listUrl } from './letter-group.js';
import { sentenceOfRun } from './sentence-of-run.js';

export interface RunPageParts {
  readonly run: DeadLetterRunView;
  readonly names: AppNames;
  readonly message: Message | undefined;
}

/** What is done about the letters of a group: how far it is, and Stop. */
export function runPage({ run, names, message }: RunPageParts): Page {
  const { id, appId, action, provider, lane, reason, perSecond, note, startedBy, startedAt, endedAt, state } = run;
  const group = { appId, ...(provider && { provider }), ...(lane && { lane }), ...(reason && { reason }) };
  return operatorPage({
    title: `${action === 'replay' ? 'Replay' : 'Discard'}: ${reason ?? 'several reasons'}`,
    place: 'dead-letters',
    trail: [
      { text: 'Console', url: '/' },
      { text: 'Dead letters', url: '/dead-letters' },
      { text: 'Runs', url: '/dead-letters/runs' },
    ],
    message,
    body: html`<section class="card group" aria-label="How far it is">
        <div ${state === 'running' ? html`data-progress="/dead-letters/runs/${id}?part=1"` : ''}>${howFar(run)}</div>
        ${
          state === 'running'
            ? html`<div class="actions">
                <form method="post" action="/dead-letters/runs/${id}/stop"><button class="danger">Stop</button></form>
              </div>`
            : ''
        }
      </section>
      <h2>What was asked</h2>
      <dl class="card facts">
        ${fact('Run', html`<code>${id}</code>`)} ${fact('App', appLabel(names, appId))}
        ${fact('Letters', html`<a href="${listUrl(group)}">${[provider ?? 'all providers', lane ?? 'both lanes'].join(' · ')}</a>`)}
        ${perSecond === undefined ? '' : fact('Pace', html`at most ${number(perSecond)} a second`)}
        ${note === undefined ? '' : fact('Note', html`${note}`)} ${fact('Started by', html`${startedBy}`)}
        ${fact('Started', exactly(startedAt))} ${endedAt === undefined ? '' : fact('Ended', exactly(endedAt))}
      </dl>`,
  });
}

/** As it is now; read again while the page is open. */
export function howFar(run: DeadLetterRunView): Html {
  const { letters, done, state } = run;
  return html`<p>
      ${state === 'running' ? html`<b>${number(done)}</b> of ${number(letters)}. ` : ''}${sentenceOfRun(run)}
    </p>
    <progress max="${Math.max(1, letters)}" value="${done}" aria-label="Letters done"></progress>`;
}
