import { describe, expect, it } from '@jest/globals';
import { type CronTimes, timesAfter, timesUpTo, whyNoCron } from './cron-times.js';

const at = (time: string): number => Date.parse(time);
const times = (cron: string, timeZone = 'UTC', more: Partial<CronTimes> = {}): CronTimes => {
  return { cron, timeZone, startAt: undefined, endAt: undefined, ...more };
};
const words = (found: readonly number[]) => found.map((time) => new Date(time).toISOString().slice(0, 16));

describe('a cron pattern', () => {
  it.each(['0 9 * * MON-FRI', '*/15 * * * *', '0 0 1 1 *', '0 18 L * *', '30 2,14 * * SUN#2'])('%s is one', (cron) => {
    expect(whyNoCron(cron)).toBeUndefined();
  });

  it.each([
    ...['* * * *', '* * * * * *', '60 * * * *', 'each morning', '2026-12-24T18:00:00', '@daily'],
    ...['Dec 24 2026 18:00 GMT', '24 Dec 2026 18:00:00 +0100'],
  ])('%s is none of five fields', (cron) => {
    expect(whyNoCron(cron)).toEqual(expect.any(String));
  });

  it('is on the clocks of its zone, whatever summer time does to them', () => {
    const nine = times('0 9 * * *', 'Europe/Berlin');
    expect(words(timesAfter(nine, at('2026-03-27T12:00Z'), 3))).toEqual([
      '2026-03-28T08:00',
      '2026-03-29T07:00',
      '2026-03-30T07:00',
    ]);
  });

  it('comes once in the night that has its time twice, and after the gap in the night that has not', () => {
    const halfPastTwo = times('30 2 * * *', 'Europe/Berlin');
    expect(words(timesAfter(halfPastTwo, at('2026-03-28T12:00Z'), 2))).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
    expect(words(timesAfter(halfPastTwo, at('2026-10-24T12:00Z'), 2))).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it.each([
    ['*/30 * * * *', '03-29T00:29', ['03-29T00:30', '03-29T01:00', '03-29T01:30', '03-29T02:00']],
    ['*/30 * * * *', '10-24T23:59', ['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30', '10-25T02:00']],
    ['30 1,2,3 * * *', '03-28T12:00', ['03-29T00:30', '03-29T01:30', '03-29T23:30']],
    ['30 1,2,3 * * *', '10-24T12:00', ['10-24T23:30', '10-25T00:30', '10-25T01:30', '10-25T02:30', '10-26T00:30']],
    ['0 */2 * * *', '03-28T23:59', ['03-29T02:00', '03-29T04:00']],
    ['0 */2 * * *', '10-24T23:59', ['10-25T00:00', '10-25T01:00', '10-25T03:00']],
  ])('%s goes with the real time where the clocks of Berlin are set, from %s on', (cron, after, expected) => {
    const [berlin, all] = [times(cron, 'Europe/Berlin'), expected.map((each) => `2026-${each}`)];
    expect(words(timesAfter(berlin, at(`2026-${after}Z`), all.length))).toEqual(all);
    expect(words(timesUpTo(berlin, at(`${all.at(-1)}Z`), all.length))).toEqual(all.toReversed());
  });

  it('holds from its start to its end, both included', () => {
    const bounded = times('0 12 * * *', 'UTC', { startAt: at('2026-12-02T12:00Z'), endAt: at('2026-12-04T12:00Z') });
    const all = ['2026-12-02T12:00', '2026-12-03T12:00', '2026-12-04T12:00'];
    expect(words(timesAfter(bounded, at('2026-11-01T00:00Z'), 10))).toEqual(all);
    expect(words(timesUpTo(bounded, at('2027-01-01T00:00Z'), 10))).toEqual(all.toReversed());
    expect(words(timesUpTo(bounded, at('2026-12-03T12:00Z'), 1))).toEqual(['2026-12-03T12:00']);
  });

  it('that no calendar ever fulfils has no time', () => {
    expect(timesAfter(times('0 0 30 2 *'), at('2026-01-01T00:00Z'), 1)).toEqual([]);
  });
});
