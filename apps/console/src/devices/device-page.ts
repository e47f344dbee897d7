import { formatId, type Uuid } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import type { EventRow } from '../events/read-events.js';
import { fact } from '../pages/fact.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { timeline } from '../pages/timeline.js';
import { ago, exactly } from '../pages/times.js';
import { userUrl } from '../users/user-url.js';
import { hasArrived } from '../users/what-became.js';

export interface DeviceDetails {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly installationId: string;
  readonly userId: string | null;
  readonly signedOutUserId: string | null;
  readonly signedOutAt: Date | null;
  readonly platform: string;
  readonly targetKind: string;
  readonly environment: string;
  readonly bundleId: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly appVersion: string | null;
  readonly status: string;
  readonly statusReason: string | null;
  readonly statusBy: string | null;
  readonly statusAt: Date;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
}

export interface Tried {
  readonly id: Uuid;
  readonly notificationId: Uuid;
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly at: Date;
}

export interface DevicePageParts {
  readonly device: DeviceDetails;
  readonly tried: readonly Tried[];
  readonly facts: readonly EventRow[];
  readonly names: AppNames;
}

/** A device: whether it gets notifications and why not, what was tried at it, what happened to it. Its token is not shown. */
export function devicePage({ device, tried, facts, names }: DevicePageParts): Page {
  const appId = formatId('app', device.appId);
  return operatorPage({
    title: device.installationId,
    place: 'find',
    body: html`<p class="kicker">Device <code>${formatId('device', device.id)}</code></p>
      <section class="card answer" aria-label="State">
        <span class="chip ${device.status === 'active' ? 'good' : 'bad'}">${device.status}</span>
        <p>${whyIt(device)}</p>
      </section>
      <dl class="card facts">
        ${fact('App', appLabel(names, appId))} ${fact('User', whose(device, appId))}
        ${fact('Kind', [device.platform, device.targetKind, device.environment, device.bundleId].filter(Boolean).join(' · '))}
        ${fact('Language', [device.locale, device.timeZone].filter(Boolean).join(' · ') || 'not told')}
        ${fact('App version', device.appVersion ?? 'not told')}
        ${fact('Registered', exactly(device.registeredAt.toISOString()))}
        ${fact('Last seen', ago(device.lastSeenAt.toISOString()))}
      </dl>
      <h2>Tried in the last week</h2>
      ${tried.length === 0 ? html`<p class="card">Nothing.</p>` : table(tried, TRIED)}
      <h2>What happened to it</h2>
      <section class="card">
        ${timeline(facts.toReversed().map(({ at, type, payload }) => ({ at: at.toISOString(), what: type, data: payload })))}
      </section>`,
  });
}

function whyIt({ status, statusReason, statusBy, statusAt, userId, signedOutAt }: DeviceDetails): Html {
  const since = ago(statusAt.toISOString());
  if (status !== 'active')
    return html`It gets nothing: ${statusReason ?? 'no reason given'}, by ${statusBy ?? 'nobody'}, ${since}.`;
  if (userId === null && signedOutAt !== null) {
    return html`It is nobody's: the session that registered it ended ${ago(signedOutAt.toISOString())}. It gets what
    names the installation alone.`;
  }
  return html`It gets notifications.`;
}

function whose({ userId, signedOutUserId }: DeviceDetails, appId: string): Html {
  if (userId !== null) return html`<a href="${userUrl(appId, userId)}">${userId}</a>`;
  return signedOutUserId === null
    ? html`nobody`
    : html`nobody; signed out of <a href="${userUrl(appId, signedOutUserId)}">${signedOutUserId}</a>`;
}

const TRIED: readonly Column<Tried>[] = [
  { title: 'When', cell: ({ at }) => exactly(at.toISOString()) },
  {
    title: 'What became of it',
    cell: ({ notificationId, state, reason }) =>
      html`<a href="/notifications/${formatId('notification', notificationId)}"
        ><span class="chip ${hasArrived(state) ? 'good' : 'bad'}"
          >${reason === null ? state : `${state}: ${reason}`}</span
        ></a
      >`,
  },
  { title: 'Attempts', isNumber: true, cell: ({ attempt }) => attempt },
];
