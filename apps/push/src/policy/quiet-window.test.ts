import { describe, expect, it, jest } from '@jest/globals';
import type { QuietWindow } from '@signalbox/contracts';
import { zoneClock } from '../clock/zone-clock.js';
import { lookingOnce, quietAt } from './quiet-window.js';

const NIGHT: QuietWindow = { start: '22:00', end: '08:00' };
const ZURICH = 'Europe/Zurich';

/** `until` or `nextAt`, with what it is. */
function look(windows: readonly QuietWindow[], zone: string, now: string): string {
  const quiet = quietAt(windows, zone, Date.parse(now));
  if (quiet.quiet) return `quiet until ${new Date(quiet.until).toISOString()}`;
  return quiet.nextAt === undefined ? 'never' : `next at ${new Date(quiet.nextAt).toISOString()}`;
}

describe('quiet hours', () => {
  it.each([
    ['in the evening', [NIGHT], '2026-11-26T21:00:00Z', 'quiet until 2026-11-27T07:00:00.000Z'],
    ['in the morning', [NIGHT], '2026-11-27T06:59:59Z', 'quiet until 2026-11-27T07:00:00.000Z'],
    ['at their end', [NIGHT], '2026-11-27T07:00:00Z', 'next at 2026-11-27T21:00:00.000Z'],
    ['by day', [NIGHT], '2026-11-27T12:00:00Z', 'next at 2026-11-27T21:00:00.000Z'],
    ['that nobody has', [], '2026-11-27T12:00:00Z', 'never'],
    // 2026-11-27 is a Friday. A night belongs to the day on which it begins.
    [
      'of weekdays, on Saturday morning',
      [{ ...NIGHT, days: ['fri'] }],
      '2026-11-28T05:00:00Z',
      'quiet until 2026-11-28T07:00:00.000Z',
    ],
    [
      'of weekdays, on Saturday evening',
      [{ ...NIGHT, days: ['fri'] }],
      '2026-11-28T22:00:00Z',
      'next at 2026-12-04T21:00:00.000Z',
    ],
    [
      'of a whole day',
      [{ days: ['sun'], start: '00:00', end: '24:00' }],
      '2026-11-29T11:00:00Z',
      'quiet until 2026-11-29T23:00:00.000Z',
    ],
    [
      'that follow one another',
      [NIGHT, { start: '08:00', end: '09:30' }],
      '2026-11-27T06:00:00Z',
      'quiet until 2026-11-27T08:30:00.000Z',
    ],
    [
      'all week: until somebody looks again',
      [{ start: '00:00', end: '24:00' }],
      '2026-11-27T12:00:00Z',
      'quiet until 2026-12-05T23:00:00.000Z',
    ],
  ] as const)('%s', (_, windows, now, expected) => {
    expect(look(windows as unknown as QuietWindow[], ZURICH, now)).toBe(expected);
  });

  it('keep to the clock in the night in which summer time begins or ends', () => {
    expect(look([NIGHT], ZURICH, '2026-03-28T22:00:00Z')).toBe('quiet until 2026-03-29T06:00:00.000Z');
    expect(look([NIGHT], ZURICH, '2026-10-24T21:00:00Z')).toBe('quiet until 2026-10-25T07:00:00.000Z');
    // 02:30 comes twice, at 00:30 and at 01:30 UTC: quiet until the second is over, and from the first on.
    expect(look([{ start: '00:00', end: '02:30' }], ZURICH, '2026-10-25T00:45:00Z')).toBe(
      'quiet until 2026-10-25T01:30:00.000Z',
    );
    expect(look([{ start: '02:30', end: '04:00' }], ZURICH, '2026-10-25T00:00:00Z')).toBe(
      'next at 2026-10-25T00:30:00.000Z',
    );
    // 02:30 does not come at all: the clocks go from 02:00 to 03:00.
    expect(look([{ start: '00:00', end: '02:30' }], ZURICH, '2026-03-29T00:30:00Z')).toBe(
      'quiet until 2026-03-29T01:00:00.000Z',
    );
    expect(look([{ start: '02:10', end: '02:40' }], ZURICH, '2026-03-29T00:30:00Z')).toBe(
      'next at 2026-03-30T00:10:00.000Z',
    );
  });

  it('are looked up for three days where these have the answer, and once for all who have the same', () => {
    const lookUp = jest.spyOn(zoneClock, 'instantOf');
    const lookAt = lookingOnce();
    const now = Date.parse('2026-11-27T12:00:00Z');
    const seen = lookAt([NIGHT], ZURICH, now);
    expect(lookUp).toHaveBeenCalledTimes(6);
    expect(lookAt([{ ...NIGHT }], ZURICH, now)).toBe(seen);
    expect(lookUp).toHaveBeenCalledTimes(6);
    expect(lookAt([NIGHT], 'Asia/Tokyo', now)).not.toEqual(seen);
    lookUp.mockRestore();
  });
});
