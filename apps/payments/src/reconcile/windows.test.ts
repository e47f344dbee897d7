import { describe, expect, it } from '@jest/globals';
import { windowsSince } from './windows.js';

const NOW = new Date('2026-11-26T12:00:00.900Z');
const seconds = (time: string): number => Date.parse(time) / 1_000;
const since = (through: string, graceMs = 60_000) => windowsSince(new Date(through), NOW, graceMs);

describe('what has to be listed', () => {
  it('begins ten minutes before what is known, and leaves the last minute to webhooks', () => {
    expect(since('2026-11-26T11:55:00Z')).toEqual({
      windows: [{ from: seconds('2026-11-26T11:45:00Z'), until: seconds('2026-11-26T11:59:00Z') }],
      tooOld: false,
    });
  });

  it('comes in pieces of a day, oldest first, without a second between them', () => {
    const { windows } = since('2026-11-24T00:00:00Z');
    expect(windows).toHaveLength(3);
    expect(windows[0]!.from).toBe(seconds('2026-11-23T23:50:00Z'));
    expect(windows.at(-1)!.until).toBe(seconds('2026-11-26T11:59:00Z'));
    windows.slice(1).forEach(({ from }, index) => expect(from).toBe(windows[index]!.until));
  });

  it('never goes back further than Stripe lists, and says so', () => {
    const { windows, tooOld } = since('2026-09-01T00:00:00Z');
    expect(tooOld).toBe(true);
    expect(windows[0]!.from).toBe(seconds('2026-10-27T12:00:00Z'));
    expect(since('2026-10-28T00:00:00Z').tooOld).toBe(false);
  });

  it('is nothing when all of it is known and older than the overlap', () => {
    expect(windowsSince(new Date('2026-11-26T12:30:00Z'), NOW, 60_000)).toEqual({ windows: [], tooOld: false });
  });
});
