import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitBatch } from './split-batch.js';

describe('splitBatch', () => {
  it.each([
    [0, []],
    [1, [1]],
    [500, [500]],
    [501, [500, 1]],
    [1_200, [500, 500, 200]],
  ])('cuts %i lines into parts of %j', (count, sizes) => {
    const lines = Array.from({ length: count }, (_, index) => index);
    expect(splitBatch(lines).map((part) => part.length)).toEqual(sizes);
  });

  it('loses no line, keeps the order, and exceeds its bounds for a single line only', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 1, max: 5 }), (lines, most) => {
        const parts = splitBatch(lines, { lines: most, bytes: 40 });
        expect(parts.flat()).toEqual(lines);
        for (const part of parts) {
          const fits = part.length <= most && Buffer.byteLength(JSON.stringify(part)) <= 41;
          expect(part.length === 1 || fits).toBe(true);
        }
      }),
    );
  });
});
