import {
  type AudienceSize,
  formatId,
  type Page,
  type SegmentFilter,
  type SegmentView,
  type Uuid,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { countWithin, inTurn } from './counting.js';
import { sizeOfAudience } from './walk-audience.js';
import { DELETE_SEGMENT, PUT_SEGMENT, SEGMENT, SEGMENTS, SEGMENTS_BY_NAME } from './segment.queries.js';

interface SegmentRow {
  readonly name: string;
  readonly version: number;
  readonly filter: SegmentFilter;
  readonly updatedAt: Date;
}

/** Whom an app means by a name. */
export class Segments {
  constructor(private readonly database: Database) {}

  /** Another filter is another version. What was begun with the one before goes on with it. */
  put(appId: Uuid, name: string, filter: SegmentFilter): Promise<SegmentView> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<SegmentRow>(PUT_SEGMENT, [appId, name, JSON.stringify(filter)]);
      if (rows[0] === undefined) return view((await findSegment(tx, appId, name))!);
      const data = { segment: name, version: rows[0].version };
      await append(tx, [{ appId, type: 'segment.changed', subject: formatId('app', appId), data }]);
      return view(rows[0]);
    });
  }

  async get(appId: Uuid, name: string): Promise<SegmentView | undefined> {
    const found = await findSegment(this.database, appId, name);
    return found && view(found);
  }

  async list(appId: Uuid, { after, limit }: { after?: string | undefined; limit: number }): Promise<Page<SegmentView>> {
    const { rows } = await this.database.query<SegmentRow>(SEGMENTS, [appId, after ?? '', limit + 1]);
    const items = rows.slice(0, limit).map(view);
    return { items, next: rows.length > limit ? items.at(-1)!.name : null };
  }

  /** How many active phones a filter means at this moment. @throws Problem 503 when they cannot be counted in time. */
  preview(appId: Uuid, filter: SegmentFilter): Promise<AudienceSize> {
    return inTurn(() => countWithin(this.database, (tx) => sizeOfAudience(tx, appId, { filter })));
  }

  /** @returns whether there was one. */
  remove(appId: Uuid, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { rowCount } = await tx.query(DELETE_SEGMENT, [appId, name]);
      if (rowCount === 0) return false;
      const data = { segment: name };
      await append(tx, [{ appId, type: 'segment.removed', subject: formatId('app', appId), data }]);
      return true;
    });
  }
}

/** The segment as it is now; undefined when the app has none of this name. */
export async function findSegment(sql: Sql, appId: Uuid, name: string): Promise<SegmentRow | undefined> {
  const { rows } = await sql.query<SegmentRow>(SEGMENT, [appId, name]);
  return rows[0];
}

/** Segments of several apps as they are now. @returns what finds one by app and name; undefined: the app has none of this name. */
export async function findSegments(
  sql: Sql,
  wanted: readonly { readonly appId: Uuid; readonly name: string }[],
): Promise<(appId: Uuid, name: string) => SegmentRow | undefined> {
  if (wanted.length === 0) return () => undefined;
  const { rows } = await sql.query<SegmentRow & { appId: Uuid }>(SEGMENTS_BY_NAME, [
    wanted.map(({ appId }) => appId),
    wanted.map(({ name }) => name),
  ]);
  const found = new Map(rows.map((row) => [`${row.appId}/${row.name}`, row]));
  return (appId, name) => found.get(`${appId}/${name}`);
}

function view({ filter, updatedAt, ...row }: SegmentRow): SegmentView {
  return { ...row, filter: { ...filter }, updatedAt: updatedAt.toISOString() };
}
