import { formatId, type NotificationAccepted, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { DROP_EMPTY_WORK, DROP_ITEM, LOCK_UNROUTED } from './cancel.queries.js';

/** Whether the notification was still waiting to be routed, and so could be taken back. */
export type Cancellation = 'cancelled' | 'too-late';

/** Takes a notification back before it is routed. Routing takes the same row lock: one of the two wins, never both. */
export async function cancelNotification(
  database: Database,
  appId: Uuid,
  id: Uuid,
  accepted: NotificationAccepted,
): Promise<Cancellation> {
  return database.transaction((tx) => cancelWithin(tx, appId, id, accepted));
}

/** The same inside the caller's transaction; `cause` is the public id of the event because of which, if there is one. */
export async function cancelWithin(
  tx: Sql,
  appId: Uuid,
  id: Uuid,
  accepted: NotificationAccepted,
  cause?: string,
): Promise<Cancellation> {
  const { rows } = await tx.query<{ id: Uuid }>(LOCK_UNROUTED, [accepted.root, id]);
  const work = rows[0];
  if (work === undefined) return 'too-late';
  await tx.query(DROP_ITEM, [work.id, id]);
  await tx.query(DROP_EMPTY_WORK, [work.id]);
  const data = cause === undefined ? {} : { cause };
  await append(tx, [{ appId, type: 'notification.cancelled', subject: formatId('notification', id), data }]);
  return 'cancelled';
}
