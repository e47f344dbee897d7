import { describe, expect, it } from '@jest/globals';
import { sizeOfTest } from '@signalbox/testing';
import { type LocalTime, zoneClock } from './zone-clock.js';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
/** Of the zones that there are. */
const EACH = sizeOfTest('ZONES_EACH', 16);
const [FROM, UNTIL] = [Date.UTC(2020, 0, 1), Date.UTC(2036, 0, 1)];

/** What Intl shows, asked in another way than the clock asks. */
function shownByIntl(format: Intl.DateTimeFormat, ms: number): string {
  return format.format(ms).replace(' ', 'T');
}

/** The locale whose dates are written as ISO 8601 has them. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
}

/** How far the clocks are ahead of UTC, by what Intl shows at a full second. */
function offsetByIntl(format: Intl.DateTimeFormat, ms: number): number {
  return Date.parse(`${shownByIntl(format, ms)}Z`) - ms;
}

interface Switch {
  readonly moment: number;
  readonly before: number;
  readonly after: number;
}

/** The moments at which Intl's clocks of a zone are set, found by halving the weeks in which they are: Morocco has two in a month. */
function switchesOf(format: Intl.DateTimeFormat): Switch[] {
  const found: Switch[] = [];
  const step = 28 * 24 * HOUR_MS;
  let before = offsetByIntl(format, FROM);
  for (let from = FROM; from < UNTIL; from += step) {
    const after = offsetByIntl(format, from + step);
    if (after === before) continue;
    let [low, high] = [from, from + step];
    while (high - low > SECOND_MS) {
      const middle = low + Math.floor((high - low) / SECOND_MS / 2) * SECOND_MS;
      if (offsetByIntl(format, middle) === before) low = middle;
      else high = middle;
    }
    found.push({ moment: high, before, after });
    before = after;
  }
  return found;
}

const text = ({ date, time }: LocalTime): string => `${date}T${time.padEnd(8, ':00')}`;
const atUtc = (ms: number): LocalTime => {
  const [date, time] = new Date(ms).toISOString().slice(0, 19).split('T') as [string, string];
  return { date, time };
};

/** Half an hour of summer time; clocks set at midnight; two switches in a month; at one minute past midnight; by two hours. */
const ODD_ONES = ['Australia/Lord_Howe', 'Africa/Cairo', 'Africa/Casablanca', 'Antarctica/Casey', 'Antarctica/Troll'];

describe('the clock of a zone', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const places = zones
    .filter((zone, index) => index % EACH === 0 || ODD_ONES.includes(zone))
    .map((zone) => ({ zone, format: formatOf(zone) }));
  const switches = new Map(places.map(({ zone, format }) => [zone, switchesOf(format)]));

  it('shows what Intl shows, from 2020 to 2035 and around every switch', () => {
    const wrong: unknown[] = [];
    for (const { zone, format } of places) {
      const years = Array.from(
        { length: 16 },
        (_, year) => FROM + (year * 365.25 + ((zone.length * 29) % 365)) * 24 * HOUR_MS,
      );
      const around = switches.get(zone)!.flatMap(({ moment }) => [moment - SECOND_MS, moment, moment + HOUR_MS]);
      for (const ms of [...years, ...around]) {
        const [clock, intl] = [text(zoneClock.localOf(ms, zone)), shownByIntl(format, ms)];
        if (clock !== intl) wrong.push({ zone, ms, clock, intl });
      }
    }
    expect(wrong).toEqual([]);
  });

  it('finds the moment again, takes a skipped time for the end of the gap, and of a doubled one the first or the last', () => {
    const wrong: unknown[] = [];
    let [gaps, overlaps] = [0, 0];
    for (const [zone, all] of switches) {
      for (const { moment, before, after } of all) {
        const half = Math.abs(after - before) / 2;
        const ordinary = atUtc(moment - 12 * HOUR_MS + before);
        const halfway = atUtc(moment + (before + after) / 2);
        const isGap = after > before;
        const expected = isGap ? [moment, moment] : [moment - half, moment + half];
        if (isGap) gaps += 1;
        else overlaps += 1;
        const found = [zoneClock.instantOf(halfway, zone), zoneClock.instantOf(halfway, zone, 'last')];
        const again = zoneClock.instantOf(ordinary, zone);
        if (found.join() !== expected.join() || again !== moment - 12 * HOUR_MS)
          wrong.push({ zone, moment, found, expected, again });
      }
    }
    expect(wrong).toEqual([]);
    expect([gaps > 100, overlaps > 100]).toEqual([true, true]);
  });

  it('says by name what no calendar has', () => {
    expect(() => zoneClock.instantOf({ date: '2026-02-30', time: '12:00' }, 'UTC')).toThrow(RangeError);
  });
});
