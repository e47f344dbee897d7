import {
  firstUuidAt,
  formatId,
  timeOfUuid,
  type EventType,
  type NotificationAccepted,
  type NotificationEdited,
  type Uuid,
} from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { problems } from '@signalbox/http';
import { isBroadcast } from '../work/is-broadcast.js';
import { CLOCKS_DIFFER_MS, editedPayload } from '../work/notifications-by-id.js';
import { type DayOfReceipts, receiptsByDay } from '../receipts/receipt-counts.js';
import { DELIVERIES, FACTS_OF_NOTIFICATION, NOTIFICATION, OPEN_ITEMS } from './read.queries.js';

const UNSETTLED: ReadonlySet<string> = new Set(['retrying', 'sending']);

/** Everything that Postgres knows of one notification, from which every answer about it is derived. */
export interface NotificationHistory {
  readonly id: Uuid;
  /** As it was accepted, or as it was edited since. */
  readonly accepted: NotificationAccepted;
  readonly open: readonly OpenItem[];
  readonly deliveries: readonly DeliveryRow[];
  readonly facts: readonly FactRow[];
  /** What phones said, by day. */
  readonly receipts: readonly DayOfReceipts[];
}

/** Something still owed: to be routed (`deliveryId` null), or to be sent to a device. */
export interface OpenItem {
  readonly queue: string;
  readonly deliveryId: Uuid | null;
  readonly deviceId: Uuid | null;
  readonly attempt: number | null;
  readonly dueAt: Date;
  /** To be routed, and its time has not come. */
  readonly isLater: boolean;
  readonly leased: boolean | null;
  readonly heldUntil: Date | null;
  readonly holdReason: string | null;
}

export interface DeliveryRow {
  readonly id: Uuid;
  readonly deviceId: Uuid;
  readonly provider: string;
  readonly state: string;
  readonly attempt: number;
  readonly reason: string | null;
  readonly raw: unknown;
  readonly at: Date;
  readonly replayOf: Uuid | null;
  readonly receivedAt: Date | null;
  readonly openedAt: Date | null;
  readonly dismissedAt: Date | null;
}

export interface FactRow {
  readonly id: Uuid;
  readonly type: EventType;
  readonly payload: Record<string, unknown>;
  readonly at: Date;
}

/** The accepted notification alone; undefined when it does not exist or belongs to another app. */
export async function findAccepted(
  database: Database,
  appId: Uuid,
  id: Uuid,
): Promise<NotificationAccepted | undefined> {
  const { rows } = await database.query<{ payload: NotificationAccepted }>(NOTIFICATION, [id, appId]);
  return rows[0]?.payload;
}

/**
 * What is to be known of a notification to many is known of the broadcast; a list of its deliveries could be of any length.
 *
 * @throws Problem 409
 */
export function refuseBroadcast(id: Uuid, { to }: NotificationAccepted): void {
  if (!isBroadcast(to)) return;
  const [notification, path] = [formatId('notification', id), `/v1/broadcasts/${formatId('broadcast', id)}`];
  throw problems.conflict('is_broadcast', `${notification} is a broadcast; see ${path} and ${path}/deliveries.`);
}

/** Reads all of it; undefined as above. @throws Problem 409 for a broadcast. */
export async function readHistory(database: Database, appId: Uuid, id: Uuid): Promise<NotificationHistory | undefined> {
  const accepted = await findAccepted(database, appId, id);
  if (accepted === undefined) return undefined;
  refuseBroadcast(id, accepted);
  const time = timeOfUuid(id);
  // Open items are read before outcomes: an item that settles in between is then seen twice, never not at all.
  const open = (await database.query<OpenItem>(OPEN_ITEMS, [accepted.root, id])).rows;
  const [deliveries, facts, receipts] = await Promise.all([
    database.query<DeliveryRow>(DELIVERIES, [id, firstUuidAt(time), firstUuidAt(time + 1)]),
    database.query<FactRow>(FACTS_OF_NOTIFICATION, [
      formatId('notification', id),
      firstUuidAt(time - CLOCKS_DIFFER_MS),
    ]),
    receiptsByDay(database, id),
  ]);
  const settled = new Set(deliveries.rows.filter((row) => !UNSETTLED.has(row.state)).map((row) => row.id));
  return {
    id,
    accepted: lastState(accepted, facts.rows),
    open: open.filter((item) => item.deliveryId === null || !settled.has(item.deliveryId)),
    deliveries: deliveries.rows,
    facts: facts.rows,
    receipts,
  };
}

function lastState(accepted: NotificationAccepted, facts: readonly FactRow[]): NotificationAccepted {
  const edits = facts.filter(({ type }) => type === 'notification.edited');
  const edit = edits.toSorted((one, other) => (one.id < other.id ? -1 : 1)).at(-1);
  return edit === undefined ? accepted : editedPayload(accepted, edit.payload as NotificationEdited);
}
