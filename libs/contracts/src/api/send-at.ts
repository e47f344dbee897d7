import { z } from 'zod';

const DAY_MS = 24 * 3_600_000;
const MOST_DAYS_AHEAD = 400;

/** Where clocks are ahead of UTC most, and where they are behind it most: it is the same time there first and last. */
const EARLIEST_PLACE_MS = 14 * 3_600_000;
const LATEST_PLACE_MS = 12 * 3_600_000;

const instant = z.iso.datetime({ offset: true }).meta({ description: 'a moment, as 2026-12-24T18:00:00+01:00' });

const localTime = z
  .strictObject({
    local: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, {
        error: 'must be a date and a time without an offset: 2026-12-24T18:00',
      })
      .refine(isOnCalendars, { error: 'is on no calendar' }),
  })
  .meta({ description: "the same time on each user's own clock" });

export type SendAt = z.output<typeof instant> | z.output<typeof localTime>;

/** When a notification is to be sent. What has passed already is sent at once. */
export const sendAt = z
  .union([instant, localTime])
  .refine((at) => firstMomentOf(at) <= Date.now() + MOST_DAYS_AHEAD * DAY_MS, {
    error: `must be at most ${MOST_DAYS_AHEAD} days ahead`,
  });

/** When it is due at the first place on earth, in milliseconds since 1970. */
export function firstMomentOf(at: SendAt): number {
  return typeof at === 'string' ? Date.parse(at) : Date.parse(`${at.local}Z`) - EARLIEST_PLACE_MS;
}

/** When it is due at the last place on earth, in milliseconds since 1970. */
export function lastMomentOf(at: SendAt): number {
  return typeof at === 'string' ? Date.parse(at) : Date.parse(`${at.local}Z`) + LATEST_PLACE_MS;
}

/** Date.parse takes the 31st of every month for a day. */
function isOnCalendars(local: string): boolean {
  const ms = Date.parse(`${local}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local);
}
