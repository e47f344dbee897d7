import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { READ_RANGE } from './feed.queries.js';

/** Rows that one read looks at, at most; the range moves past them even when none fits. */
const SLICE = 5_000;

export interface EventRange {
  readonly appId: Uuid;
  /** Any of these; absent: all. */
  readonly types?: readonly string[];
  /** Behind this id. */
  readonly after: Uuid;
  /** Up to and with this id. */
  readonly until: Uuid;
  readonly limit: number;
}

/** What one needs to know of an event to decide who gets it. */
export interface EventHead {
  readonly id: Uuid;
  readonly type: string;
  readonly subject: string;
}

export interface EventRangePage {
  readonly events: readonly EventHead[];
  /** Where to go on; undefined: the range was read to its end. */
  readonly next: Uuid | undefined;
}

/**
 * Reads an app's events by the time in their ids, not in commit order: for going back to what was, and never for
 * following what comes, since an event that commits late may have an early id.
 */
export async function readEventRange(sql: Sql, range: EventRange): Promise<EventRangePage> {
  const { appId, types = null, after, until, limit } = range;
  const { rows } = await sql.query<{ looked_at: number; end_id: Uuid | null } & (EventHead | { id: null })>(
    READ_RANGE,
    [after, until, SLICE, appId, types, limit],
  );
  const { looked_at: lookedAt, end_id: end } = rows[0]!;
  const events = rows.filter((row): row is (typeof rows)[number] & EventHead => row.id !== null);
  const heads = events.map(({ id, type, subject }) => ({ id, type, subject }));
  if (heads.length === limit) return { events: heads, next: heads.at(-1)!.id };
  return { events: heads, next: lookedAt === SLICE && end !== null ? end : undefined };
}
