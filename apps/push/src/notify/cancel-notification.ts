import { formatId, type NotificationAccepted, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { DROP_EMPTY_WORK, DROP_ITEMS, LOCK_UNROUTED } from './cancel.queries.js';

/** Whether the notification was still waiting to be routed, and so could be taken back. */
export type Cancellation = 'cancelled' | 'too-late';

/**
 * Takes a notification back before it is routed, or what of it was put off until later: phones that have it keep it. Routing takes
 * the same row locks: one of the two wins, never both.
 */
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
  if (!(await dropWaiting(tx, accepted, id))) return 'too-late';
  const data = cause === undefined ? {} : { cause };
  await append(tx, [{ appId, type: 'notification.cancelled', subject: formatId('notification', id), data }]);
  return 'cancelled';
}

/**
 * A look that loses a lock to routing misses what routing puts off meanwhile, in rows that were not there before: only when two
 * looks in turn find nothing is there nothing.
 *
 * @returns whether there was anything.
 */
async function dropWaiting(tx: Sql, { root }: NotificationAccepted, id: Uuid): Promise<boolean> {
  let dropped = false;
  for (let inVain = 0; inVain < 2;) {
    const { rows } = await tx.query<{ id: Uuid }>(LOCK_UNROUTED, [root, id]);
    inVain = rows.length === 0 ? inVain + 1 : 0;
    if (rows.length === 0) continue;
    const works = rows.map((row) => row.id);
    await tx.query(DROP_ITEMS, [works, id]);
    await tx.query(DROP_EMPTY_WORK, [works]);
    dropped = true;
  }
  return dropped;
}
