import { formatId, timeOfUuid } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Column, table } from '../pages/table.js';
import { ago, exactly } from '../pages/times.js';
import { type DeviceRow, MOST, type NotificationForUser, type UserStory } from './read-user.js';
import { userUrl } from './user-url.js';
import { whatBecame } from './what-became.js';

export interface UserPageParts extends UserStory {
  readonly appId: string;
  readonly userId: string;
  readonly names: AppNames;
  readonly now: number;
}

/** A user: what was for them and what became of it, and the devices that they have. */
export function userPage({ appId, userId, devices, notifications, from, before, names, now }: UserPageParts): Page {
  return operatorPage({
    title: userId,
    place: 'find',
    body: html`<p class="kicker">User of ${appLabel(names, appId)}</p>
      <h2>Notifications</h2>
      <nav class="pager" aria-label="Time">
        <span class="quiet">${day(from)} to ${before > now ? 'now' : day(before)}</span>
        <a href="${userUrl(appId, userId, { before: String(from) })}">A week earlier</a>
        ${before < now ? html`<a href="${userUrl(appId, userId)}">The last week</a>` : ''}
      </nav>
      ${
        notifications.length === 0
          ? html`<p class="card">
              Nothing was for this user alone, and nothing was routed to a device of theirs. What was for a list of
              users and found no device is told by <a href="/events?type=notification.undeliverable">its own story</a>.
            </p>`
          : notificationsTable(notifications, userId, now)
      }
      ${notifications.length < MOST ? '' : html`<p><a href="${userUrl(appId, userId, { before: String(timeOf(notifications)) })}">Earlier ones</a></p>`}
      <h2>Devices</h2>
      ${devices.length === 0 ? html`<p class="card">No device was ever registered for this user, or they were erased.</p>` : table(devices, DEVICES)}
      <p>
        <a href="/events?subject=${encodeURIComponent(userId)}">What the log says of this user</a>
      </p>`,
  });
}

/** Of the oldest that is shown. */
const timeOf = (notifications: readonly NotificationForUser[]): number => timeOfUuid(notifications.at(-1)!.id);

function notificationsTable(notifications: readonly NotificationForUser[], userId: string, now: number): Html {
  return table(notifications, [
    { title: 'When', cell: ({ id }) => exactly(acceptedAt(id)) },
    {
      title: 'What became of it',
      cell: (each) => {
        const { kind, words } = whatBecame(each, userId, now);
        const url = `/notifications/${formatId('notification', each.id)}`;
        return html`<a href="${url}"><span class="chip ${kind}">${words}</span></a>`;
      },
    },
    { title: 'What', cell: ({ accepted }) => whatItIs(accepted) },
  ]);
}

function whatItIs({ lane, category, silent, template }: NotificationForUser['accepted']): string {
  const parts = [lane, category, silent === true ? 'silent' : undefined, template && `template ${template.id}`];
  return parts.filter((part) => part !== undefined).join(' · ');
}

const DEVICES: readonly Column<DeviceRow>[] = [
  {
    title: 'Device',
    cell: ({ id, installationId }) => html`<a href="/devices/${formatId('device', id)}">${installationId}</a>`,
  },
  {
    title: 'State',
    cell: ({ status, isTheirs, statusReason, statusAt }) => html`
      <span class="chip ${status === 'active' && isTheirs === true ? 'good' : 'bad'}"
        >${isTheirs === true ? status : 'signed out'}</span
      >
      ${statusReason === null ? '' : html`${statusReason} ${ago(statusAt.toISOString())}`}
    `,
  },
  { title: 'Kind', cell: ({ platform, targetKind }) => `${platform} · ${targetKind}` },
  { title: 'Last seen', cell: ({ lastSeenAt }) => ago(lastSeenAt.toISOString()) },
];

const acceptedAt = (id: string): string => new Date(timeOfUuid(id)).toISOString();

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
