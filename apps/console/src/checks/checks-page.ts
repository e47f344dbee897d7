import type { SyntheticCheckResult, SyntheticCheckView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import type { Message } from '../pages/message.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { table } from '../pages/table.js';
import { ago } from '../pages/times.js';

export interface ChecksPageParts {
  readonly checks: readonly SyntheticCheckView[];
  readonly names: AppNames;
  readonly message: Message | undefined;
}

/** Gateways are read, and have no devices. */
const SENDS: ReadonlySet<string> = new Set(['apns', 'fcm', 'webpush']);

/** Every credential: whether its provider takes it, since when, and what it said. */
export function checksPage({ checks, names, message }: ChecksPageParts): Page {
  return operatorPage({
    title: 'Checks',
    place: 'checks',
    message,
    body: html`<p class="quiet">
        Each credential is tried with its provider by the clock, whether or not anybody is sent something. Nothing is
        sent to users: only to a test device that is named here, and that shows nothing.
      </p>
      ${checks.length === 0 ? html`<p>No app has a credential yet.</p>` : tableOf(checks, names)}`,
  });
}

function tableOf(checks: readonly SyntheticCheckView[], names: AppNames): Html {
  return table(checks, [
    {
      title: 'Credential',
      cell: ({ provider, appId, credentialId }) =>
        html`${provider} · ${appLabel(names, appId)}<br /><code>${credentialId}</code>`,
    },
    { title: 'State', cell: state },
    { title: 'It said', cell: ({ results }) => (results[0] === undefined ? '' : answer(results)) },
    { title: 'Next', cell: ({ dueAt }) => (dueAt === null ? 'not by the clock' : ago(dueAt)) },
    { title: 'Action', cell: actions },
  ]);
}

function state({ verdict, since, checkedAt, wellAt }: SyntheticCheckView): Html | string {
  if (verdict === null || since === null || checkedAt === null) return 'not tried yet';
  const isWell = verdict === 'works' || verdict === 'limited';
  const last = wellAt === null ? 'it never was well' : html`well ${ago(wellAt)}`;
  return html`<strong>${verdict}</strong> since ${ago(since)}<br />
    <span class="quiet">tried ${ago(checkedAt)}${isWell ? '' : html`, ${last}`}</span>`;
}

function answer(results: readonly SyntheticCheckResult[]): Html {
  const [last, ...before] = results;
  return html`${last === undefined ? '' : told(last)}
  ${
    before.length === 0
      ? ''
      : html`<details>
          <summary>${before.length} before</summary>
          ${before.map((each) => html`<p>${ago(each.at)}: ${each.verdict}, ${told(each)}</p>`)}
        </details>`
  }`;
}

function told({ of, said, remedy, milliseconds }: SyntheticCheckResult): Html {
  return html`${said}
    <span class="quiet">(${of}, ${milliseconds} ms)</span> ${remedy === undefined ? '' : html`<br />To do: ${remedy}`}`;
}

function actions({ credentialId, provider, deviceId }: SyntheticCheckView): Html {
  return html`<form method="post" action="/checks/${credentialId}/now">
      <button aria-label="Check ${credentialId} now">Check now</button>
    </form>
    ${
      SENDS.has(provider)
        ? html`<form method="post" action="/checks/${credentialId}/device">
            <input
              name="deviceId"
              value="${deviceId ?? ''}"
              placeholder="dev_… (none: nothing is sent)"
              aria-label="Test device of ${credentialId}"
              autocomplete="off"
              spellcheck="false"
              maxlength="64"
            />
            <button>Send there</button>
          </form>`
        : ''
    }`;
}
