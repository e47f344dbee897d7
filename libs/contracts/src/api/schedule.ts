import { z } from 'zod';
import { broadcastRequest } from './broadcast.js';
import { categoryName } from './category.js';
import { notificationRequest } from './notification-request.js';
import { pageOf } from './page.js';
import { isTimeZone } from './places-and-languages.js';

const cron = z.string().min(1).max(100).meta({
  description: 'minute, hour, day of the month, month, day of the week: 0 9 * * MON-FRI',
});
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Berlin' })
  .meta({ description: 'whose clocks the times are on' });
const moment = z.iso.datetime({ offset: true });
const notification = notificationRequest
  .refine(({ options }) => options.sendAt === undefined, {
    path: ['options', 'sendAt'],
    error: 'must not be there: the schedule says when',
  })
  .refine(({ options }) => options.dryRun !== true, {
    path: ['options', 'dryRun'],
    error: 'is for notifications that are sent by themselves',
  })
  .meta({ description: 'what is sent each time' });
const broadcast = broadcastRequest
  .refine(({ options }) => options.sendAt === undefined, {
    path: ['options', 'sendAt'],
    error: 'must not be there: the schedule says when',
  })
  .meta({ description: 'what is sent to many each time; a segment means what it means by then' });

/** The body of `POST /v1/schedules`. */
export const newSchedule = z
  .strictObject({
    name: categoryName.meta({ description: "the caller's own, one of a kind in the app" }),
    cron,
    timeZone: timeZone.default('UTC'),
    startAt: moment.optional().meta({ description: 'nothing is sent before' }),
    endAt: moment.optional().meta({ description: 'nothing is sent after' }),
    notification: notification.optional(),
    broadcast: broadcast.optional(),
  })
  .refine((asked) => (asked.notification === undefined) !== (asked.broadcast === undefined), {
    error: 'must have exactly one of notification, broadcast',
  });
export type NewSchedule = z.output<typeof newSchedule>;
/** The same before the defaults are filled in, as a caller writes it. */
export type NewScheduleInput = z.input<typeof newSchedule>;

/** The body of `PATCH /v1/schedules/{id}`: what is told takes the place of what was; null takes it away. */
export const scheduleChange = z
  .strictObject({
    cron: cron.optional(),
    timeZone: timeZone.optional(),
    startAt: moment.nullable().optional(),
    endAt: moment.nullable().optional(),
    notification: notification.optional(),
    broadcast: broadcast.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { error: 'must have something to change' })
  .refine(({ notification: one, broadcast: other }) => one === undefined || other === undefined, {
    error: 'must have one of notification, broadcast at most',
  });
export type ScheduleChange = z.output<typeof scheduleChange>;
export type ScheduleChangeInput = z.input<typeof scheduleChange>;

export const scheduleParams = z.strictObject({ id: z.string() });
export const nextTimesQuery = z.strictObject({ count: z.coerce.number().int().min(1).max(100).default(10) });

const SCHEDULE_STATES = ['active', 'paused', 'ended'] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

export const scheduleView = z.object({
  id: z.string(),
  name: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  startAt: z.string().optional(),
  endAt: z.string().optional(),
  state: z.enum(SCHEDULE_STATES).meta({ description: 'ended: there is no time left at which it would be sent' }),
  nextAt: z.string().nullable(),
  lastFiredAt: z.string().nullable().meta({ description: 'the time for which it was sent last' }),
  updatedAt: z.string(),
  notification: z.record(z.string(), z.unknown()).optional(),
  broadcast: z.record(z.string(), z.unknown()).optional(),
});
export type ScheduleView = z.output<typeof scheduleView>;
export const schedulePage = pageOf(scheduleView);
export const nextTimesAnswer = z.object({ times: z.array(z.string()) });
export type NextTimesAnswer = z.output<typeof nextTimesAnswer>;
