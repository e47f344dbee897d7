import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

describe('a token bucket', () => {
  it('gives what it holds at once, and then as much as time brings', () => {
    let now = 10_500;
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, () => now);
    const take = (times: number) => Array.from({ length: times }, () => bucket.take());
    expect(take(4)).toEqual([true, true, true, false]);
    now += 499;
    expect(take(1)).toEqual([false]);
    now += 1;
    expect(take(2)).toEqual([true, false]);
    now += 60_000;
    expect(take(4)).toEqual([true, true, true, false]);
  });
});
