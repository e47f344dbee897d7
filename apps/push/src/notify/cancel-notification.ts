import { formatId, type NotificationAccepted, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
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
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: Uuid }>(LOCK_UNROUTED, [accepted.root, id]);
    const work = rows[0];
    if (work === undefined) return 'too-late';
    await tx.query(DROP_ITEM, [work.id, id]);
    await tx.query(DROP_EMPTY_WORK, [work.id]);
    await append(tx, [{ appId, type: 'notification.cancelled', subject: formatId('notification', id), data: {} }]);
    return 'cancelled';
  });
}
