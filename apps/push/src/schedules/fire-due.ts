import { createHash } from 'node:crypto';
import {
  formatId,
  LANES,
  type NotificationAccepted,
  newUuid,
  type Lane,
  uuidFromTimeAndTail,
  type Uuid,
} from '@signalbox/contracts';
import { type Database, DatabaseUnreachable } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import type { NewWork, Offer } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { recipientsOf } from '../broadcasts/start-broadcast.js';
import { acceptedData } from '../notify/accepted-data.js';
import { timingOf } from '../notify/timing.js';
import { pushWork } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { beginBroadcasts, broadcastIdOf, type DueRow, type Occurrence, withAudiences } from './due-broadcasts.js';
import { planFiring } from './plan-firing.js';
import { MOVE_ON, TAKE_DUE } from './schedule.queries.js';
import { timesOf } from './schedule-row.js';

/** A step waits for as many rows at most. */
export const AT_ONCE = 100;

/** How many rows a step takes, and which it passes over. */
export interface Look {
  readonly atOnce: number;
  readonly except: readonly Uuid[];
}

/** A step came to nothing, and it was not the database that did not answer: something is wrong with one of these. */
export class FiringFailed extends Error {
  override readonly name = 'FiringFailed';

  constructor(
    readonly schedules: readonly Uuid[],
    cause: unknown,
  ) {
    super('schedules that are due could not be fired', { cause });
  }
}

/** What one step came to; `isAll`: nothing else was due. */
export interface Fired {
  readonly isAll: boolean;
  readonly offers: readonly Offer[];
}

/**
 * Accepts a notification or a broadcast for each schedule that is due, as `POST` of it would, in the transaction that moves the
 * schedule on: it is sent once, whoever is killed when. Its id is computed from the schedule and the occurrence, so the log itself
 * refuses to have one twice.
 *
 * @throws FiringFailed when one of those that it took cannot be fired; then none of them is.
 */
export async function fireDue(
  database: Database,
  { atOnce, except }: Look = { atOnce: AT_ONCE, except: [] },
): Promise<Fired> {
  const taken: Uuid[] = [];
  const step = atCrashPoint('schedule.commit', () =>
    database.transaction(async (tx) => {
      const { rows } = await tx.query<DueRow>(TAKE_DUE, [atOnce, except]);
      if (rows.length === 0) return { isAll: true, offers: [] };
      taken.push(...rows.map(({ id }) => id));
      const planned = rows.map((row) => ({
        row,
        firing: planFiring(timesOf(row), row.nextAt!.getTime(), row.now.getTime()),
      }));
      const fired = await withAudiences(tx, planned);
      const rootOf = Object.fromEntries(LANES.map((lane) => [lane, newUuid()])) as Record<Lane, Uuid>;
      await append(
        tx,
        fired.flatMap((each) => factsOf(each, rootOf)),
      );
      const steps = await beginBroadcasts(tx, fired);
      await tx.query(MOVE_ON, [
        rows.map(({ id }) => id),
        fired.map(({ firing }) => dateOf(firing.fire)),
        fired.map(({ firing }) => dateOf(firing.next)),
      ]);
      const offers = await pushWork.enqueue(tx, [...worksOf(fired, rootOf), ...steps]);
      return { isAll: rows.length < atOnce, offers };
    }),
  );
  return step.catch((error: unknown) => {
    throw error instanceof DatabaseUnreachable || taken.length === 0 ? error : new FiringFailed(taken, error);
  });
}

/** The id of what a schedule sends at one time (milliseconds since 1970). */
function occurrenceIdOf({ id, pacing }: DueRow, at: number): Uuid {
  if (pacing !== null) return broadcastIdOf(id, at);
  return uuidFromTimeAndTail(at, createHash('sha256').update(`schedule/${id}/${at}`).digest());
}

/** Broadcasts have steps of their own. */
function worksOf(fired: readonly Occurrence[], rootOf: Record<Lane, Uuid>): NewWork[] {
  return LANES.flatMap((lane) => {
    const items = fired.flatMap(({ row, firing: { fire } }) =>
      fire === undefined || row.pacing !== null || row.options.priority !== lane
        ? []
        : [{ n: occurrenceIdOf(row, fire) }],
    );
    return items.length === 0
      ? []
      : [{ id: rootOf[lane], rootId: rootOf[lane], queue: routeQueueOf(lane), lane, items }];
  });
}

function factsOf(
  { row, firing: { fire, missed, next }, withoutSegment }: Occurrence,
  rootOf: Record<Lane, Uuid>,
): Fact[] {
  const { id, appId, name } = row;
  const about = { appId, subject: formatId('schedule', id) };
  const facts: Fact[] = [];
  if (missed !== undefined) {
    const [from, to] = [timeOf(missed.from), timeOf(missed.to)];
    facts.push({ ...about, type: 'schedule.missed', data: { name, from, to } });
  }
  if (withoutSegment !== undefined) {
    const at = timeOf(withoutSegment);
    facts.push({ ...about, type: 'schedule.missed', data: { name, from: at, to: at, reason: 'no_such_segment' } });
  }
  if (fire !== undefined) {
    const sent = occurrenceIdOf(row, fire);
    const notificationId = formatId('notification', sent);
    const broadcast = row.pacing === null ? {} : { broadcastId: formatId('broadcast', sent) };
    const data = { name, at: timeOf(fire), notificationId, ...broadcast };
    facts.push(accepted(row, sent, rootOf), { ...about, type: 'schedule.fired', data });
  }
  if (next === undefined) facts.push({ ...about, type: 'schedule.changed', data: { name, change: 'ended' } });
  return facts;
}

/** The work of a broadcast descends from itself. */
function accepted(row: DueRow, sent: Uuid, rootOf: Record<Lane, Uuid>): Fact {
  const { id, appId, options, template, content, dekId, now } = row;
  const to = row.pacing === null ? row.to : recipientsOf(row.to);
  const data: NotificationAccepted = {
    root: row.pacing === null ? rootOf[options.priority] : sent,
    ...acceptedData(to, { options, ...(template && { template }) }, timingOf(now.getTime(), options)),
    schedule: formatId('schedule', id),
  };
  const subject = formatId('notification', sent);
  return { id: sent, appId, type: 'notification.accepted', subject, data, content, dekId };
}

function dateOf(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
