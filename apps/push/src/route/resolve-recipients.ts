import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { StoredNotification } from '../work/notifications-by-id.js';
import { DEVICES_OF_INSTALLATIONS, DEVICES_OF_USERS } from './route.queries.js';

/** Where one notification goes, as the registry has it at this moment. */
export interface Recipients {
  /** The users or the installation that were asked for. */
  readonly asked: readonly string[];
  /** Their devices: a user's active and suspect ones, an installation in any status. */
  readonly devices: readonly ResolvedDevice[];
  /** Those of the session that the notification warns of. */
  readonly leftOut: readonly ResolvedDevice[];
}

export interface ResolvedDevice {
  readonly id: Uuid;
  /** Which of `asked` it belongs to. */
  readonly of: string;
  readonly targetKind: string;
  readonly status: string;
  /** Suspect, and may be tried once more. */
  readonly due: boolean;
}

interface Found extends Omit<ResolvedDevice, 'of'> {
  readonly notification: Uuid;
  readonly userId?: string;
  readonly sessionId?: string | null;
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
  const found = Map.groupBy([...byUser, ...byInstallation], (row) => row.notification);
  return new Map(notifications.map((each) => [each.id, recipientsOf(each, found.get(each.id) ?? [])]));
}

function recipientsOf(notification: StoredNotification, found: readonly Found[]): Recipients {
  const { to, exceptSession } = notification.payload;
  const asked = 'installationId' in to ? [to.installationId] : usersOf(notification);
  const resolved = (those: readonly Found[]): ResolvedDevice[] =>
    those.map(({ id, userId, targetKind, status, due }) => ({ id, of: userId ?? asked[0]!, targetKind, status, due }));
  if (exceptSession === undefined) return { asked, devices: resolved(found), leftOut: [] };
  const isLeftOut = ({ sessionId }: Found): boolean => sessionId === exceptSession;
  return {
    asked,
    devices: resolved(found.filter((each) => !isLeftOut(each))),
    leftOut: resolved(found.filter(isLeftOut)),
  };
}

function usersOf(notification: StoredNotification): string[] {
  const { to } = notification.payload;
  if ('userId' in to) return [to.userId];
  return 'userIds' in to ? [...new Set(to.userIds)] : [];
}
