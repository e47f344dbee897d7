import { describe, expect, it } from '@jest/globals';
import { after } from './periods.js';

describe('a period', () => {
  it.each<[string, 'day' | 'month' | 'week' | 'year', number, string]>([
    ['2026-01-31T10:00:00Z', 'month', 1, '2026-02-28T10:00:00Z'],
    ['2028-02-29T00:00:00Z', 'year', 1, '2029-02-28T00:00:00Z'],
    ['2026-12-15T00:00:00Z', 'month', 2, '2027-02-15T00:00:00Z'],
    ['2026-03-01T00:00:00Z', 'week', 2, '2026-03-15T00:00:00Z'],
    ['2026-03-01T00:00:00Z', 'day', 3, '2026-03-04T00:00:00Z'],
  ])('from %s, by %s times %i, ends %s', (start, interval, count, end) => {
    expect(after(Date.parse(start) / 1000, interval, count)).toBe(Date.parse(end) / 1000);
  });
});
