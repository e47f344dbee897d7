import { formatId, timeOfUuid } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
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
      ${devices.length === 0 ? html`<p class="card">No device was ever registered for this user, or they were erased.</p>` : devicesTable(devices)}
      <p>
        <a href="/events?subject=${encodeURIComponent(userId)}">What the log says of this user</a>
      </p>`,
  });
}

/** Of the oldest that is shown. */
const timeOf = (notifications: readonly NotificationForUser[]): number => timeOfUuid(notifications.at(-1)!.id);

function notificationsTable(notifications: readonly NotificationForUser[], userId: string, now: number): Html {
  return html`<div class="card table">
    <table class="stacked">
      <thead>
        <tr>
          <th>When</th>
          <th>What became of it</th>
          <th>What</th>
        </tr>
      </thead>
      <tbody>
        ${notifications.map((each) => notificationRow(each, userId, now))}
      </tbody>
    </table>
  </div>`;
}

function notificationRow(each: NotificationForUser, userId: string, now: number): Html {
  const { kind, words } = whatBecame(each, userId, now);
  const id = formatId('notification', each.id);
  const { lane, category, silent, template } = each.accepted;
  const what = [lane, category, silent === true ? 'silent' : undefined, template && `template ${template.id}`];
  return html`<tr>
    <td data-label="When">${exactly(acceptedAt(each.id))}</td>
    <td data-label="What became of it">
      <a href="/notifications/${id}"><span class="chip ${kind}">${words}</span></a>
    </td>
    <td data-label="What">${what.filter((part) => part !== undefined).join(' · ')}</td>
  </tr>`;
}

function devicesTable(devices: readonly DeviceRow[]): Html {
  return html`<div class="card table">
    <table class="stacked">
      <thead>
        <tr>
          <th>Device</th>
          <th>State</th>
          <th>Kind</th>
          <th>Last seen</th>
        </tr>
      </thead>
      <tbody>
        ${devices.map(
          (device) =>
            html`<tr>
              <td data-label="Device">
                <a href="/devices/${formatId('device', device.id)}">${device.installationId}</a>
              </td>
              <td data-label="State">
                <span class="chip ${device.status === 'active' && device.isTheirs === true ? 'good' : 'bad'}"
                  >${device.isTheirs === true ? device.status : 'signed out'}</span
                >
                ${device.statusReason === null ? '' : html`${device.statusReason} ${ago(device.statusAt.toISOString())}`}
              </td>
              <td data-label="Kind">${device.platform} · ${device.targetKind}</td>
              <td data-label="Last seen">${ago(device.lastSeenAt.toISOString())}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const acceptedAt = (id: string): string => new Date(timeOfUuid(id)).toISOString();

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
