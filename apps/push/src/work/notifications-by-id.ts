import {
  firstUuidAt,
  formatId,
  type NotificationAccepted,
  type NotificationEdited,
  timeOfUuid,
  type Uuid,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { isTracing, linkWork } from '@signalbox/telemetry';
import { EDITS_BY_ID, LAST_EDITS, NOTIFICATIONS_BY_ID } from './notification.queries.js';

/** The ids of facts carry the clock of the process that made them, which may be behind the one that accepted. */
export const CLOCKS_DIFFER_MS = 3_600_000;

/** A notification as it was accepted, or as it was edited since; its content still sealed. */
export interface StoredNotification {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly payload: NotificationAccepted;
  readonly content: Buffer;
  readonly dekId: Uuid;
}

/** Reads notifications by id; missing ones are missing from the map. */
export async function notificationsById(sql: Sql, ids: readonly Uuid[]): Promise<Map<Uuid, StoredNotification>> {
  if (ids.length === 0) return new Map();
  const sorted = [...new Set(ids)].sort();
  const { rows } = await sql.query<StoredNotification>(NOTIFICATIONS_BY_ID, [sorted, sorted[0], sorted.at(-1)]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The notifications that work is about, as the edits that it names made them. */
export async function notificationsOf(
  sql: Sql,
  items: readonly { readonly n: Uuid; readonly c?: Uuid }[],
): Promise<Map<Uuid, StoredNotification>> {
  const stored = await notificationsById(
    sql,
    items.map(({ n }) => n),
  );
  const editOf = new Map(items.flatMap(({ n, c }) => (c === undefined ? [] : [[n, c] as const])));
  if (editOf.size === 0) return stored;
  const sorted = [...editOf.values()].sort();
  const { rows } = await sql.query<Edit>(EDITS_BY_ID, [sorted, sorted[0], sorted.at(-1)]);
  const edits = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    [...stored].flatMap(([id, notification]) => {
      const named = editOf.get(id);
      const edit = named === undefined ? undefined : edits.get(named);
      if (named !== undefined && edit === undefined) return [];
      return [[id, edit === undefined ? notification : asEdited(notification, edit)]];
    }),
  );
}

/** The last edit of each of these, for work that was made without one. Those that never were edited are missing. */
export async function lastEdits(sql: Sql, ids: readonly Uuid[]): Promise<Map<Uuid, Uuid>> {
  const idOf = new Map(ids.map((id) => [formatId('notification', id), id]));
  const from = firstUuidAt(Math.min(...ids.map(timeOfUuid)) - CLOCKS_DIFFER_MS);
  const { rows } = await sql.query<{ subject: string; id: Uuid }>(LAST_EDITS, [[...idOf.keys()], from]);
  return new Map(rows.map(({ subject, id }) => [idOf.get(subject)!, id]));
}

interface Edit {
  readonly id: Uuid;
  readonly payload: NotificationEdited;
  readonly content: Buffer;
  readonly dekId: Uuid;
}

function asEdited(notification: StoredNotification, { payload, content, dekId }: Edit): StoredNotification {
  return { ...notification, payload: editedPayload(notification.payload, payload), content, dekId };
}

/** What a notification is after an edit: the edit says all of it, but for where it comes from and who must not learn of it. */
export function editedPayload(
  { root, cause, schedule, exceptSession, exceptSessions, trace }: NotificationAccepted,
  { changed: _, ...edited }: NotificationEdited,
): NotificationAccepted {
  return {
    root,
    ...edited,
    ...(cause === undefined ? {} : { cause }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(exceptSession === undefined ? {} : { exceptSession }),
    ...(exceptSessions === undefined ? {} : { exceptSessions }),
    ...(trace === undefined ? {} : { trace }),
  };
}

/** Links the work that is under way to the requests that it is about. */
export function linkToRequests(notifications: ReadonlyMap<Uuid, StoredNotification>): void {
  if (isTracing()) linkWork([...notifications.values()].map(({ payload }) => payload.trace));
}
