import { describe, it, expect } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import fc from 'fast-check';
import { MalformedCursor, formatCursor, parseCursor } from './feed-cursor.js';

describe('a feed cursor', () => {
  it('survives the way out and back, for every transaction id', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uuid(), (xid, id) => {
        const position = { generation: newUuid(), xid, id };
        const cursor = formatCursor(position);
        expect(cursor).toMatch(/^[\w-]{55}$/);
        expect(parseCursor(cursor)).toEqual(position);
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(() => parseCursor(text)).toThrow(MalformedCursor);
      }),
    );
  });
});
