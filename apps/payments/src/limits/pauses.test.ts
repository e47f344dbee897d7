import { describe, expect, it } from '@jest/globals';
import { Pauses } from './pauses.js';

describe('a pause', () => {
  it('lasts as long as was asked, for its name alone', () => {
    let now = 0;
    const pauses = new Pauses(() => now);
    pauses.place('endpoint', { reason: 'limited' }, 3_000);
    expect(pauses.left(['other'])).toBeUndefined();
    expect(pauses.left(['other', 'endpoint'])).toEqual({ ms: 3_000, reason: 'limited' });
    now = 3_000;
    expect(pauses.left(['endpoint'])).toBeUndefined();
  });

  it('grows with each time in a row, and not with calls that were under way together', () => {
    let now = 0;
    const pauses = new Pauses(() => now);
    const longest = () => Math.max(...Array.from({ length: 200 }, () => pauses.place('a', { reason: 'limited' })));
    const [first] = [longest()];
    expect(first).toBeLessThanOrEqual(1_000);
    now += 2_000;
    const second = longest();
    expect(second).toBeGreaterThan(1_000);
    expect(second).toBeLessThanOrEqual(2_000);
  });

  it('is not lifted by the success of a call that left before it, and begins anew after one that came later', () => {
    let now = 0;
    const pauses = new Pauses(() => now);
    pauses.place('a', { reason: 'limited' }, 5_000);
    pauses.lift(['a']);
    expect(pauses.left(['a'])).toBeDefined();
    now = 6_000;
    pauses.lift(['a']);
    expect(pauses.place('a', { reason: 'limited' })).toBeLessThanOrEqual(1_000);
  });

  it('never lasts longer than ten minutes, whatever was asked', () => {
    expect(new Pauses(() => 0).place('a', { reason: 'limited' }, 86_400_000)).toBe(600_000);
  });
});
