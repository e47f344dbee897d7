import { Temporal } from 'temporal-polyfill';

/** A time as the clocks of a place show it: `2026-12-24`, `18:00` or `18:00:30`. */
export interface LocalTime {
  readonly date: string;
  readonly time: string;
}

/** Where the clocks show a time twice, the first or the last of both. */
export type Occurrence = 'first' | 'last';

const QUARTER_MS = 15 * 60_000;
const KEPT = 20_000;

/**
 * Translates between moments and the clocks of a zone. Zones are IANA names that Node knows. What was asked lately is
 * remembered, since a broadcast asks the same few things a million times.
 */
class ZoneClock {
  private readonly offsets = new Map<string, number>();
  private readonly instants = new Map<string, number>();

  /** What the clocks of the zone show at a moment (milliseconds since 1970); seconds are there when they are not 00. */
  localOf(ms: number, zone: string): LocalTime {
    const [date, time] = new Date(ms + this.offsetAt(ms, zone)).toISOString().slice(0, 19).split('T') as [
      string,
      string,
    ];
    return { date, time: time.endsWith(':00') ? time.slice(0, 5) : time };
  }

  /**
   * The moment (milliseconds since 1970) at which the clocks of the zone show this. A time that they skip is the first moment
   * after the gap; of a time that they show twice it is the first, unless the last is asked for.
   *
   * @throws RangeError for a date or a time that does not exist on any calendar.
   */
  instantOf({ date, time }: LocalTime, zone: string, occurrence: Occurrence = 'first'): number {
    return remembered(this.instants, `${zone}/${date}/${time}/${occurrence}`, () => {
      const asked = Temporal.PlainDateTime.from(`${date}T${time}`);
      const found = asked.toZonedDateTime(zone, { disambiguation: occurrence === 'first' ? 'earlier' : 'later' });
      if (found.toPlainDateTime().equals(asked)) return found.epochMilliseconds;
      const before = asked.toZonedDateTime(zone, { disambiguation: 'earlier' });
      return before.getTimeZoneTransition('next')!.epochMilliseconds;
    });
  }

  private offsetAt(ms: number, zone: string): number {
    const quarter = Math.floor(ms / QUARTER_MS);
    const [offset, next] = [this.offsetAtQuarter(quarter, zone), this.offsetAtQuarter(quarter + 1, zone)];
    // Clocks are set at a full quarter of an hour, but for the few that are set at one minute past midnight.
    return offset === next ? offset : offsetOf(ms, zone);
  }

  private offsetAtQuarter(quarter: number, zone: string): number {
    return remembered(this.offsets, `${zone}/${quarter}`, () => offsetOf(quarter * QUARTER_MS, zone));
  }
}

/** Milliseconds that the clocks of the zone are ahead of UTC. */
function offsetOf(ms: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
}

/** Forgets everything when it is full: what is asked now is asked again soon. */
function remembered(cache: Map<string, number>, key: string, find: () => number): number {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const found = find();
  if (cache.size >= KEPT) cache.clear();
  cache.set(key, found);
  return found;
}

export const zoneClock = new ZoneClock();

/** The date so many days later. */
export function daysLater(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * 24 * 3_600_000).toISOString().slice(0, 10);
}
