import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { StoredNotification } from '../work/notifications-by-id.js';
import { DEVICES_OF_INSTALLATIONS, DEVICES_OF_USERS } from './route.queries.js';

/** Where one notification goes, as the registry has it at this moment. */
export interface Recipients {
  readonly devices: readonly ResolvedDevice[];
  /** Users or installations that were asked for and have no device. */
  readonly withoutDevice: readonly string[];
}

export interface ResolvedDevice {
  readonly id: Uuid;
  readonly targetKind: string;
  readonly status: string;
}

interface Found extends ResolvedDevice {
  readonly notification: Uuid;
  readonly userId?: string;
}

/** Finds the devices of many notifications with two statements. */
export async function resolveRecipients(
  sql: Sql,
  notifications: readonly StoredNotification[],
): Promise<Map<Uuid, Recipients>> {
  const users = notifications.flatMap((each) => usersOf(each).map((user) => ({ each, user })));
  const installations = notifications.flatMap((each) =>
    'installationId' in each.payload.to ? [{ each, id: each.payload.to.installationId }] : [],
  );
  const [byUser, byInstallation] = [
    users.length === 0
      ? []
      : (
          await sql.query<Found>(DEVICES_OF_USERS, [
            users.map((u) => u.each.id),
            users.map((u) => u.each.appId),
            users.map((u) => u.user),
          ])
        ).rows,
    installations.length === 0
      ? []
      : (
          await sql.query<Found>(DEVICES_OF_INSTALLATIONS, [
            installations.map((i) => i.each.id),
            installations.map((i) => i.each.appId),
            installations.map((i) => i.id),
          ])
        ).rows,
  ];
  const found = Map.groupBy(
    [...byUser.map((row) => ({ ...row, status: 'active' })), ...byInstallation],
    (row) => row.notification,
  );
  return new Map(notifications.map((each) => [each.id, recipientsOf(each, found.get(each.id) ?? [])]));
}

function recipientsOf(notification: StoredNotification, found: readonly Found[]): Recipients {
  const { to } = notification.payload;
  const withDevice = new Set(found.map((row) => row.userId));
  const withoutDevice =
    'installationId' in to
      ? found.length === 0
        ? [to.installationId]
        : []
      : usersOf(notification).filter((user) => !withDevice.has(user));
  const unique = new Map(found.map(({ id, targetKind, status }) => [id, { id, targetKind, status }]));
  return { devices: [...unique.values()], withoutDevice };
}

function usersOf(notification: StoredNotification): string[] {
  const { to } = notification.payload;
  if ('userId' in to) return [to.userId];
  return 'userIds' in to ? [...new Set(to.userIds)] : [];
}
