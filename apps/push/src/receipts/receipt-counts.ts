import type { NotificationReceipts, ReceiptCounts, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { RECEIPTS_BY_DAY } from './receipts.queries.js';

export type DayOfReceipts = NotificationReceipts['days'][number];

/** How many phones said what of a notification, by the day of UTC on which it happened. */
export async function receiptsByDay(sql: Sql, notification: Uuid): Promise<DayOfReceipts[]> {
  return (await sql.query<DayOfReceipts>(RECEIPTS_BY_DAY, [notification])).rows;
}

export function totalOf(days: readonly DayOfReceipts[]): ReceiptCounts {
  const sum = (outcome: keyof ReceiptCounts): number => days.reduce((all, day) => all + day[outcome], 0);
  return { delivered: sum('delivered'), opened: sum('opened'), dismissed: sum('dismissed') };
}
