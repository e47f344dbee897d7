import type { BroadcastState, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type AppListFound, type AppListWish, readAppList } from '../apps/read-app-list.js';
import { BROADCASTS, OUTCOMES } from './broadcast.queries.js';

/** A broadcast as a list shows it; what it says is sealed. */
export interface ListedBroadcast {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly state: BroadcastState;
  readonly audience: Readonly<Record<string, unknown>>;
  readonly startsAt: Date;
  /** Phones; null: nobody has counted them. */
  readonly total: number | null;
  /** Those that were looked at. */
  readonly taken: number;
  readonly sent: number;
  /** Given up, refused by the provider, or gone. */
  readonly failed: number;
}

/** One page of broadcasts, the newest first. */
export function readBroadcasts(sql: Sql, wish: AppListWish): Promise<AppListFound<ListedBroadcast>> {
  return readAppList('broadcast', wish, async (...which) => {
    const { rows } = await sql.query<Omit<ListedBroadcast, 'sent' | 'failed'>>(BROADCASTS, which);
    const outcomes = await sql.query<{ id: Uuid; sent: number; failed: number }>(OUTCOMES, [rows.map(({ id }) => id)]);
    const byId = new Map(outcomes.rows.map((each) => [each.id, each]));
    return rows.map((row) => ({ ...row, sent: 0, failed: 0, ...byId.get(row.id) }));
  });
}
