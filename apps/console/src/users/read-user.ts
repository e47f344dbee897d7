import { firstUuidAt, formatId, type NotificationAccepted, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { DECISIONS, DEVICES_OF_USER, NOTIFICATIONS_OF_USER } from './user.queries.js';
import type { ForUser } from './what-became.js';

export interface DeviceRow {
  readonly id: Uuid;
  readonly installationId: string;
  readonly platform: string;
  readonly targetKind: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly statusAt: Date;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
  /** False: it was signed out of this user, and is nobody's or another's now. */
  readonly isTheirs: boolean | null;
}

export interface NotificationForUser extends ForUser {
  readonly id: Uuid;
}

export interface UserStory {
  readonly devices: readonly DeviceRow[];
  readonly notifications: readonly NotificationForUser[];
  /** Milliseconds since 1970: what was looked through. */
  readonly from: number;
  readonly before: number;
}

const DAY = 86_400_000;
/** Days that one page looks through, and notifications that it shows. */
const DAYS = 7;
export const MOST = 50;
/** The ids of facts carry the clock of the process that made them, which may be behind the one that accepted. */
const CLOCKS_DIFFER = 3_600_000;

/** A user as push knows them: their devices, and what was for them in the week before `before` (milliseconds since 1970). */
export async function readUser(sql: Sql, appId: Uuid, userId: string, before: number): Promise<UserStory> {
  const from = before - DAYS * DAY;
  const [devices, found] = await Promise.all([
    sql.query<DeviceRow>(DEVICES_OF_USER, [appId, userId]),
    sql.query<{ id: Uuid; payload: NotificationAccepted; deliveries: ForUser['deliveries'] }>(NOTIFICATIONS_OF_USER, [
      appId,
      userId,
      firstUuidAt(from),
      firstUuidAt(before),
      MOST,
    ]),
  ]);
  const decisions = await decisionsOf(
    sql,
    found.rows.map(({ id }) => id),
  );
  return {
    devices: devices.rows,
    notifications: found.rows.map(({ id, payload, deliveries }) => ({
      ...{ id, accepted: payload, deliveries },
      decisions: decisions.get(formatId('notification', id)) ?? [],
    })),
    from,
    before,
  };
}

async function decisionsOf(sql: Sql, ids: readonly Uuid[]): Promise<Map<string, ForUser['decisions']>> {
  const oldest = ids.at(-1);
  if (oldest === undefined) return new Map();
  const subjects = ids.map((id) => formatId('notification', id));
  const { rows } = await sql.query<{ subject: string } & ForUser['decisions'][number]>(DECISIONS, [
    subjects,
    firstUuidAt(timeOfUuid(oldest) - CLOCKS_DIFFER),
  ]);
  return Map.groupBy(rows, ({ subject }) => subject);
}
