import { z } from 'zod';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day from 00:00 to 23:59, such as 22:00' });
const endTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'must be a time of day from 00:00 to 24:00, such as 08:00' });

/** A part of the day in which a phone is to stay quiet, on the clock of its user. */
const quietWindow = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, { error: 'must name each day once' })
      .optional()
      .meta({ description: 'the days on which it begins; every day unless told' }),
    start: clockTime,
    end: endTime.meta({ description: 'of the next day when it is not after start; 24:00 is midnight' }),
  })
  .refine(({ start, end }) => start !== end, {
    path: ['end'],
    error: 'must differ from start; a whole day is 00:00 to 24:00',
  });
export type QuietWindow = z.output<typeof quietWindow>;

export const quietHours = z.array(quietWindow).max(21);
