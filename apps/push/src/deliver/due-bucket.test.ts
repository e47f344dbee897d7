import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueBucket } from './due-bucket.js';

describe('the bucket of a due time', () => {
  it('is never early and never more than five seconds late', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 1e9 }), (now, wait) => {
        const late = dueBucket(new Date(now + wait), new Date(now)).getTime() - (now + wait);
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThan(wait <= 60_000 ? 1_000 : 5_000);
      }),
    );
  });
});
