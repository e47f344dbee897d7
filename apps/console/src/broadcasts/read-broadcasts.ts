import { type BroadcastState, formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
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

export interface BroadcastsFound {
  readonly broadcasts: readonly ListedBroadcast[];
  /** The broadcast behind which there are more. */
  readonly next?: string;
}

const PAGE = 50;
const NEWEST: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const NOBODY: Uuid = '00000000-0000-0000-0000-000000000000';

/** One page of broadcasts, the newest first. */
export async function readBroadcasts(
  sql: Sql,
  { app, before }: { app?: string | undefined; before?: string | undefined },
): Promise<BroadcastsFound> {
  const ofApp = app === undefined ? null : (parseId('app', app) ?? NOBODY);
  const below = (before === undefined ? undefined : parseId('broadcast', before)) ?? NEWEST;
  const { rows } = await sql.query<Omit<ListedBroadcast, 'sent' | 'failed'>>(BROADCASTS, [ofApp, below, PAGE + 1]);
  const shown = rows.slice(0, PAGE);
  const outcomes = await sql.query<{ id: Uuid; sent: number; failed: number }>(OUTCOMES, [shown.map(({ id }) => id)]);
  const byId = new Map(outcomes.rows.map((each) => [each.id, each]));
  const broadcasts = shown.map((row) => ({ ...row, sent: 0, failed: 0, ...byId.get(row.id) }));
  return { broadcasts, ...(rows.length > PAGE && { next: formatId('broadcast', shown.at(-1)!.id) }) };
}
