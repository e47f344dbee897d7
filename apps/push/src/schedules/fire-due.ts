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
import type { Database } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import type { NewWork, Offer } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { acceptedData } from '../notify/accepted-data.js';
import { timingOf } from '../notify/timing.js';
import { pushWork } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { type Firing, planFiring } from './plan-firing.js';
import { MOVE_ON, TAKE_DUE } from './schedule.queries.js';
import { type ScheduleRow, timesOf } from './schedule-row.js';

/** A step waits for as many rows at most. */
const AT_ONCE = 100;

/** What one step came to; `isAll`: nothing else was due. */
export interface Fired {
  readonly isAll: boolean;
  readonly offers: readonly Offer[];
}

type DueRow = ScheduleRow & { readonly now: Date };

/**
 * Accepts a notification for each schedule that is due, as `POST /v1/notifications` would, in the transaction that moves the
 * schedule on: it is sent once, whoever is killed when. Its id is computed from the schedule and the occurrence, so the log itself
 * refuses to have one twice.
 */
export async function fireDue(database: Database): Promise<Fired> {
  return atCrashPoint('schedule.commit', () =>
    database.transaction(async (tx) => {
      const { rows } = await tx.query<DueRow>(TAKE_DUE, [AT_ONCE]);
      if (rows.length === 0) return { isAll: true, offers: [] };
      const fired = rows.map((row) => ({
        row,
        firing: planFiring(timesOf(row), row.nextAt!.getTime(), row.now.getTime()),
      }));
      const rootOf = Object.fromEntries(LANES.map((lane) => [lane, newUuid()])) as Record<Lane, Uuid>;
      await append(
        tx,
        fired.flatMap((each) => factsOf(each.row, each.firing, rootOf)),
      );
      await tx.query(MOVE_ON, [
        rows.map(({ id }) => id),
        fired.map(({ firing }) => dateOf(firing.fire)),
        fired.map(({ firing }) => dateOf(firing.next)),
      ]);
      return { isAll: rows.length < AT_ONCE, offers: await pushWork.enqueue(tx, worksOf(fired, rootOf)) };
    }),
  );
}

/** The id of the notification that a schedule sends at one time (milliseconds since 1970). */
function notificationIdOf(schedule: Uuid, at: number): Uuid {
  return uuidFromTimeAndTail(at, createHash('sha256').update(`schedule/${schedule}/${at}`).digest());
}

function worksOf(fired: readonly { row: DueRow; firing: Firing }[], rootOf: Record<Lane, Uuid>): NewWork[] {
  return LANES.flatMap((lane) => {
    const items = fired.flatMap(({ row: { id, options }, firing: { fire } }) =>
      fire === undefined || options.priority !== lane ? [] : [{ n: notificationIdOf(id, fire) }],
    );
    return items.length === 0
      ? []
      : [{ id: rootOf[lane], rootId: rootOf[lane], queue: routeQueueOf(lane), lane, items }];
  });
}

function factsOf(row: DueRow, { fire, missed, next }: Firing, rootOf: Record<Lane, Uuid>): Fact[] {
  const { id, appId, name } = row;
  const about = { appId, subject: formatId('schedule', id) };
  const facts: Fact[] = [];
  if (missed !== undefined) {
    const [from, to] = [timeOf(missed.from), timeOf(missed.to)];
    facts.push({ ...about, type: 'schedule.missed', data: { name, from, to } });
  }
  if (fire !== undefined) {
    const notification = accepted(row, fire, rootOf);
    const data = { name, at: timeOf(fire), notificationId: notification.subject };
    facts.push(notification, { ...about, type: 'schedule.fired', data });
  }
  if (next === undefined) facts.push({ ...about, type: 'schedule.changed', data: { name, change: 'ended' } });
  return facts;
}

function accepted(
  { id, appId, to, options, template, content, dekId, now }: DueRow,
  at: number,
  rootOf: Record<Lane, Uuid>,
): Fact {
  const notification = notificationIdOf(id, at);
  const data: NotificationAccepted = {
    root: rootOf[options.priority],
    ...acceptedData(to, { options, ...(template && { template }) }, timingOf(now.getTime(), options)),
    schedule: formatId('schedule', id),
  };
  const subject = formatId('notification', notification);
  return { id: notification, appId, type: 'notification.accepted', subject, data, content, dekId };
}

function dateOf(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
