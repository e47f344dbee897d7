import { firstUuidAt, formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { EVENT, EVENTS_OF_SUBJECT, NEWEST_EVENTS } from './event.queries.js';

export interface EventRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly type: string;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** What of the log is asked for; all of it where nothing is. */
export interface EventFilter {
  readonly subject?: string | undefined;
  /** A type, or the beginning of one with a `*` behind it. */
  readonly type?: string | undefined;
  readonly app?: string | undefined;
  /** Older than this event. */
  readonly before?: string | undefined;
  /** Newer than this event. */
  readonly after?: string | undefined;
}

export interface EventsFound {
  readonly events: readonly EventRow[];
  /** Where to go on for older ones; absent at the end of the log. */
  readonly next?: string;
}

const PAGE = 50;
/** A filter that hardly anything fits looks at so many facts for one page, never at the whole log. */
const LOOKED_AT = 20_000;
const NOTHING_IS_OLDER: Uuid = '00000000-0000-0000-0000-000000000000';
const NOTHING_IS_NEWER: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export async function readEvent(sql: Sql, id: Uuid): Promise<EventRow | undefined> {
  return (await sql.query<EventRow>(EVENT, [id])).rows[0];
}

/** One page of the log, newest first. */
export async function readEvents(sql: Sql, filter: EventFilter): Promise<EventsFound> {
  const before = idOf(filter.before) ?? NOTHING_IS_NEWER;
  if (filter.subject !== undefined) {
    const { rows } = await sql.query<EventRow>(EVENTS_OF_SUBJECT, [filter.subject, before, PAGE]);
    return found(rows, rows.length === PAGE ? rows.at(-1)?.id : undefined);
  }
  const [after, app, type] = [idOf(filter.after) ?? NOTHING_IS_OLDER, appOf(filter.app), patternOf(filter.type)];
  const { rows } = await sql.query<EventRow & { lookedTo: Uuid }>(NEWEST_EVENTS, [
    ...[after, before, app, type],
    ...[PAGE, LOOKED_AT],
  ]);
  const isFull = rows.length === PAGE;
  return found(rows, isFull ? rows.at(-1)?.id : rows[0]?.lookedTo);
}

function found(events: readonly EventRow[], next: Uuid | undefined): EventsFound {
  return { events, ...(next !== undefined && { next: formatId('event', next) }) };
}

const idOf = (id: string | undefined): Uuid | undefined => (id === undefined ? undefined : parseId('event', id));

/** An app that cannot be is one that has nothing. */
const appOf = (app: string | undefined): Uuid | null =>
  app === undefined ? null : (parseId('app', app) ?? firstUuidAt(0));

/** LIKE takes `%` and `_` for anything; in a type they are letters. */
function patternOf(type: string | undefined): string | null {
  if (type === undefined) return null;
  const letters = type.replaceAll(/[\\%_]/g, (letter) => `\\${letter}`);
  return letters.endsWith('*') ? `${letters.slice(0, -1)}%` : letters;
}
