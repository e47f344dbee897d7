import { describe, expect, it } from '@jest/globals';
import { daysAhead, refuseTooFarAhead, timingOf } from './timing.js';

const NOON = Date.parse('2026-11-26T12:00:00Z');

describe('when a notification is due', () => {
  it.each([
    [undefined, undefined, '2026-11-26T13:00:00.000Z'],
    ['2026-12-24T18:00:00+01:00', '2026-12-24T17:00:00.000Z', '2026-12-24T18:00:00.000Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', '2026-11-26T13:00:00.000Z'],
  ])('%j is at %j, and it lives until %s', (sendAt, dueAt, expiresAt) => {
    const timing = timingOf(NOON, { sendAt, ttlSeconds: 3_600 });
    expect(timing.told.expiresAt).toBe(expiresAt);
    expect(timing.told.sendAt).toBe(dueAt);
    expect(timing.dueAt).toBe(dueAt === undefined ? undefined : Date.parse(dueAt));
  });

  it('of a local time is when the first place has it, and its end is an hour after the last place had it', () => {
    const { told, dueAt } = timingOf(NOON, { sendAt: { local: '2026-12-24T18:00' }, ttlSeconds: 3_600 });
    expect(new Date(dueAt!).toISOString()).toBe('2026-12-24T04:00:00.000Z');
    expect(told).toEqual({ sendAt: { local: '2026-12-24T18:00' }, expiresAt: '2026-12-25T07:00:00.000Z' });
  });

  it('is never later than what is kept, with a month to live', () => {
    expect([daysAhead(undefined, undefined), daysAhead(40, undefined), daysAhead(500, 90)]).toEqual([Infinity, 10, 60]);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    expect(() => refuseTooFarAhead(inDays(9), 10)).not.toThrow();
    expect(() => refuseTooFarAhead(inDays(11), 10)).toThrow(
      expect.objectContaining({
        errors: [
          {
            pointer: '/options/sendAt',
            reason: 'must be at most 10 days ahead: notifications are kept for 40 days here',
          },
        ],
      }),
    );
  });
});
