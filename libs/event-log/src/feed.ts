import type { FeedEvent, Uuid } from '@signalbox/contracts';
import { askTogether, type Sql } from '@signalbox/database';
import { CursorExpired, formatCursor, parseCursor, positionBefore, type FeedPosition } from './feed-cursor.js';
import {
  ANY_BEHIND,
  HORIZON_AGE,
  isQuiet,
  READ_FEED,
  READ_GENERATION,
  READ_MANY,
  READ_ONE,
  READ_QUIET_FEED,
  READ_SUBJECT,
} from './feed.queries.js';
import { feedEventOf, loggedEventOf, type LoggedEvent, type LoggedEventRow } from './logged-event.js';

/** Rows that one filtered read looks at, at most; the cursor moves past them even when none fits. */
const SLICE = 5_000;
/** How many times as many rows are looked at when those of one app did not fill its page. */
const GROWTH = 8;

export interface FeedFilter {
  readonly appId?: Uuid;
  /** Any of these. */
  readonly types?: readonly string[];
  readonly subject?: string;
}

export interface FeedRequest {
  /** A cursor; `'now'` for what comes after this moment; absent for the beginning of the log. */
  readonly after?: string;
  readonly limit: number;
  readonly filter?: FeedFilter;
}

export interface FeedPage {
  readonly events: FeedEvent[];
  /** Where to go on. Also given, and usable, when `events` is empty. */
  readonly next: string;
  /** Nothing more to read at this moment. When false, ask again at once, even if `events` is empty. */
  readonly caughtUp: boolean;
}

/**
 * Reads the log in commit order. Each committed event is seen once by a reader that follows `next`, whatever its
 * filter; the filter may change on the way.
 *
 * @throws MalformedCursor | CursorExpired about `after`.
 */
export async function readFeed(sql: Sql, request: FeedRequest): Promise<FeedPage> {
  const after = await startOf(sql, request.after);
  const { events, position, caughtUp } = await readLog(sql, after, request.limit, request.filter ?? {});
  return { events: events.map(feedEventOf), next: formatCursor(position), caughtUp };
}

/** One event of one app, or `undefined` when there is none: an event of another app does not exist for the caller. */
export async function readEvent(sql: Sql, appId: Uuid, id: Uuid): Promise<FeedEvent | undefined> {
  const { rows } = await sql.query<LoggedEventRow>(READ_ONE, [id, appId]);
  return rows[0] && feedEventOf(loggedEventOf(rows[0]));
}

/** Events of one app by their ids; those that are gone, or another app's, are missing from the map. */
export async function readEvents(sql: Sql, appId: Uuid, ids: readonly Uuid[]): Promise<Map<Uuid, FeedEvent>> {
  if (ids.length === 0) return new Map();
  const sorted = [...new Set(ids)].sort();
  const { rows } = await sql.query<LoggedEventRow>(READ_MANY, [sorted, appId, sorted[0], sorted.at(-1)]);
  return new Map(rows.map((row) => [row.id, feedEventOf(loggedEventOf(row))]));
}

/** Seconds by which the feed lags behind because of the oldest transaction that is still writing. */
export async function feedHorizonSeconds(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ seconds: number }>(HORIZON_AGE);
  return rows[0]!.seconds;
}

/** The generation in force, and the horizon of this moment. */
export async function readGeneration(sql: Sql): Promise<{ generation: Uuid; horizon: bigint }> {
  const { rows } = await sql.query<{ generation: Uuid; horizon: string }>(READ_GENERATION);
  return { generation: rows[0]!.generation, horizon: BigInt(rows[0]!.horizon) };
}

/** Whether there is anything to read behind this place. */
export function isAnyBehind(sql: Sql, { xid, id, generation }: FeedPosition): Promise<boolean> {
  return askTogether(sql, { asks: ANY_BEHIND, params: [xid.toString(), id, generation] });
}

export interface LogPage {
  readonly events: LoggedEvent[];
  readonly position: FeedPosition;
  readonly caughtUp: boolean;
}

/** The part of the log after a position, as its inside readers see it. */
export async function readLog(sql: Sql, after: FeedPosition, limit: number, filter: FeedFilter): Promise<LogPage> {
  return filter.subject === undefined
    ? readSlice(sql, after, limit, filter)
    : readSubject(sql, after, limit, filter.subject, filter);
}

/** A row of READ_FEED: the end of the slice, and an event unless the slice held none that fits. */
type SliceRow = { looked_at: number; end_xid: string | null; end_id: Uuid | null } & (LoggedEventRow | { id: null });

/**
 * A page that fills from few rows is not made from thousands: an app that has most of the log to itself finds it in the first slice, and
 * one with an event among millions reads the whole of the last, for a third more than that alone.
 */
async function readSlice(sql: Sql, after: FeedPosition, limit: number, filter: FeedFilter): Promise<LogPage> {
  const whole = isFiltered(filter) ? Math.max(SLICE, limit + 1) : limit + 1;
  let slice = filter.types === undefined ? limit + 1 : whole;
  for (;;) {
    const page = await readSliceOf(sql, after, limit, filter, slice);
    if (slice === whole || page.caughtUp || page.events.length === limit) return page;
    slice = Math.min(whole, slice * GROWTH);
  }
}

function isFiltered({ appId, types }: FeedFilter): boolean {
  return appId !== undefined || types !== undefined;
}

async function readSliceOf(
  sql: Sql,
  after: FeedPosition,
  limit: number,
  filter: FeedFilter,
  slice: number,
): Promise<LogPage> {
  const isRare = filter.types?.every(isQuiet) === true;
  const { rows } = await sql.query<SliceRow>(isRare ? READ_QUIET_FEED : READ_FEED, [
    after.xid.toString(),
    after.id,
    slice,
    ...wanted(filter, limit),
  ]);
  const { looked_at: lookedAt, end_xid: xid, end_id: id } = rows[0]!;
  const end = xid === null || id === null ? after : positionOf(after, { xid, id });
  const events = rows.filter((row): row is SliceRow & LoggedEventRow => row.id !== null);
  return pageOf(events, after, limit, end, lookedAt < slice);
}

async function readSubject(
  sql: Sql,
  after: FeedPosition,
  limit: number,
  subject: string,
  filter: FeedFilter,
): Promise<LogPage> {
  const { rows } = await sql.query<LoggedEventRow>(READ_SUBJECT, [
    after.xid.toString(),
    after.id,
    subject,
    ...wanted(filter, limit),
  ]);
  const last = rows.at(-1);
  return pageOf(rows, after, limit, last ? positionOf(after, last) : after, true);
}

/** One row more than asked for tells "that was all" from "there is more". */
function wanted(filter: FeedFilter, limit: number): unknown[] {
  return [filter.appId ?? null, filter.types ?? null, limit + 1];
}

function pageOf(
  rows: readonly LoggedEventRow[],
  after: FeedPosition,
  limit: number,
  end: FeedPosition,
  endIsHorizon: boolean,
): LogPage {
  if (rows.length <= limit) return { events: rows.map(loggedEventOf), position: end, caughtUp: endIsHorizon };
  const given = rows.slice(0, limit);
  return { events: given.map(loggedEventOf), position: positionOf(after, given.at(-1)!), caughtUp: false };
}

function positionOf(after: FeedPosition, row: { xid: string; id: Uuid }): FeedPosition {
  return { generation: after.generation, xid: BigInt(row.xid), id: row.id };
}

async function startOf(sql: Sql, after: string | undefined): Promise<FeedPosition> {
  const asked = after === undefined || after === 'now' ? undefined : parseCursor(after);
  const { generation, horizon } = await readGeneration(sql);
  if (asked === undefined) return positionBefore(generation, after === 'now' ? horizon : 0n);
  if (asked.generation !== generation) throw new CursorExpired();
  return asked;
}
