import { createHash } from 'node:crypto';
import { uuidFromTimeAndTail, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { NewWork } from '@signalbox/queues';
import type { Audience } from '../audiences/audience.js';
import { findSegments } from '../audiences/segments.js';
import { stepWork } from '../broadcasts/broadcast.handler.js';
import { INSERT_DUE_BROADCASTS } from '../broadcasts/broadcast.queries.js';
import { audienceWith } from '../broadcasts/start-broadcast.js';
import type { Firing } from './plan-firing.js';
import type { ScheduleRow } from './schedule-row.js';

/** A schedule that is due, locked; `now`: the database's. */
export type DueRow = ScheduleRow & { readonly now: Date };

/** What becomes of a schedule that is due. Times are milliseconds since 1970. */
export interface Occurrence {
  readonly row: DueRow;
  readonly firing: Firing;
  /** Whom the broadcast goes to that is sent now, if it is one. */
  readonly audience?: Audience;
  /** The occurrence that would have been sent now, were its segment there. */
  readonly withoutSegment?: number;
}

/** Broadcasts of schedules that are due in one millisecond are spread over so many: their deliveries lie by the millisecond. */
const SPREAD_MS = 1_000;

/** Finds whom broadcasts go to that are sent now: a segment means what it means at this moment. */
export async function withAudiences(
  tx: Sql,
  due: readonly { readonly row: DueRow; readonly firing: Firing }[],
): Promise<Occurrence[]> {
  const segmentOf = await findSegments(
    tx,
    due.flatMap(({ row, firing: { fire } }) => {
      const name = row.pacing === null || fire === undefined ? undefined : row.to.segment;
      return name === undefined ? [] : [{ appId: row.appId, name }];
    }),
  );
  return due.map(({ row, firing }) => {
    if (row.pacing === null || firing.fire === undefined) return { row, firing };
    const { segment } = row.to;
    const audience = audienceWith(row.to, segment === undefined ? undefined : segmentOf(row.appId, segment));
    if (audience !== undefined) return { row, firing, audience };
    return { row, firing: { ...firing, fire: undefined }, withoutSegment: firing.fire };
  });
}

/** The id of the broadcast that a schedule sends at one time: computed, so that nobody can begin it twice. */
export function broadcastIdOf(schedule: Uuid, at: number): Uuid {
  const spread = createHash('sha256').update(schedule).digest().readUInt16BE() % SPREAD_MS;
  const tail = createHash('sha256').update(`schedule/${schedule}/${at}`).digest();
  return uuidFromTimeAndTail(at + spread, tail);
}

/** Writes the broadcasts among what is due, each of which is a notification of this transaction. @returns their first steps. */
export async function beginBroadcasts(tx: Sql, due: readonly Occurrence[]): Promise<NewWork[]> {
  const begun = due.flatMap(({ row, firing: { fire }, audience }) =>
    fire === undefined || audience === undefined ? [] : [{ id: broadcastIdOf(row.id, fire), row, audience }],
  );
  if (begun.length === 0) return [];
  await tx.query(INSERT_DUE_BROADCASTS, [
    begun.map(({ id }) => id),
    begun.map(({ row }) => row.appId),
    begun.map(({ audience }) => JSON.stringify(audience)),
    begun.map(({ row }) => JSON.stringify(row.pacing)),
  ]);
  return begun.map(({ id, row }) => stepWork(id, row.appId, row.now.getTime()));
}
