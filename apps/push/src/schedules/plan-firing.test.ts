import { describe, expect, it } from '@jest/globals';
import { planFiring } from './plan-firing.js';

const at = (time: string): number => Date.parse(`2026-12-${time}Z`);
const words = (ms: number | undefined) => ms && new Date(ms).toISOString().slice(8, 16);

function planned(cron: string, dueAt: string, now: string, endAt?: string) {
  const times = { cron, timeZone: 'UTC', startAt: undefined, endAt: endAt === undefined ? undefined : at(endAt) };
  const { fire, missed, next } = planFiring(times, at(dueAt), at(now));
  return [words(fire), missed && [words(missed.from), words(missed.to)], words(next)];
}

describe('a schedule that is due', () => {
  it.each([
    ['in time', ['0 9 * * *', '01T09:00', '01T09:00:01'], ['01T09:00', undefined, '02T09:00']],
    ['half an hour late', ['0 9 * * *', '01T09:00', '01T09:30'], ['01T09:00', undefined, '02T09:00']],
    ['after an hour', ['0 9 * * *', '01T09:00', '01T10:00:01'], [undefined, ['01T09:00', '01T09:00'], '02T09:00']],
    ['after three days', ['0 9 * * *', '01T09:00', '03T09:10'], ['03T09:00', ['01T09:00', '02T09:00'], '04T09:00']],
    ['between two', ['0 9 * * *', '01T09:00', '03T12:00'], [undefined, ['01T09:00', '03T09:00'], '04T09:00']],
    ['each minute', ['* * * * *', '01T09:00', '01T09:02:30'], ['01T09:02', ['01T09:00', '01T09:01'], '01T09:03']],
    ['for the last time', ['0 9 * * *', '01T09:00', '01T09:00', '01T20:00'], ['01T09:00', undefined, undefined]],
    ['by hand', ['0 9 * * *', '01T11:30', '01T11:30:01'], ['01T11:30', undefined, '02T09:00']],
  ] as const)('%s', (_, [cron, dueAt, now, endAt], expected) => {
    expect(planned(cron, dueAt, now, endAt)).toEqual(expected);
  });
});
