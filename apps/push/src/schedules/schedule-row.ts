import {
  type BroadcastPacing,
  type BroadcastRequest,
  formatId,
  type NotificationRequest,
  type ScheduleState,
  type ScheduleView,
  type Uuid,
} from '@signalbox/contracts';
import { isTemplate, type StoredContent } from '../work/stored-content.js';
import type { CronTimes } from './cron-times.js';

/** Whom it is for: recipients by name, or the audience of a broadcast, which has a pace. */
export type Addressing =
  | { readonly to: NotificationRequest['to']; readonly pacing: null }
  | { readonly to: BroadcastRequest['to']; readonly pacing: BroadcastPacing };

/** A schedule as the database has it; what it says is sealed, as that of a notification is. */
export type ScheduleRow = Addressing & {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly startAt: Date | null;
  readonly endAt: Date | null;
  readonly options: NotificationRequest['options'];
  readonly template: { readonly id: string; readonly version: number } | null;
  readonly content: Buffer;
  readonly dekId: Uuid;
  readonly state: ScheduleState;
  readonly nextAt: Date | null;
  readonly lastFiredAt: Date | null;
  readonly updatedAt: Date;
};

export function timesOf({
  cron,
  timeZone,
  startAt,
  endAt,
}: Pick<ScheduleRow, 'cron' | 'timeZone' | 'startAt' | 'endAt'>): CronTimes {
  return { cron, timeZone, startAt: startAt?.getTime(), endAt: endAt?.getTime() };
}

/** `said`: what it says, opened; undefined when nobody can read it any more. */
export function viewSchedule(row: ScheduleRow, said: StoredContent | undefined): ScheduleView {
  const { id, name, cron, timeZone, startAt, endAt, state, nextAt, lastFiredAt, updatedAt, to, options, pacing } = row;
  const sent = { to, ...(said && (isTemplate(said) ? said : { content: said })), options };
  return {
    id: formatId('schedule', id),
    name,
    cron,
    timeZone,
    ...(startAt === null ? {} : { startAt: startAt.toISOString() }),
    ...(endAt === null ? {} : { endAt: endAt.toISOString() }),
    state,
    nextAt: nextAt?.toISOString() ?? null,
    lastFiredAt: lastFiredAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
    ...(pacing === null ? { notification: sent } : { broadcast: { ...sent, pacing } }),
  };
}
