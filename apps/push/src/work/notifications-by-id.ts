import type { NotificationAccepted, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { NOTIFICATIONS_BY_ID } from './notification.queries.js';

/** A notification as it was accepted, its content still sealed. */
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
