import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { draw, FULL, shareOf } from './bucket.js';

const step = fc.record({
  sent: fc.nat({ max: 2_000 }),
  deletions: fc.nat({ max: 400 }),
  usual: fc.record({ sent: fc.nat({ max: 100_000 }), gone: fc.nat({ max: 20_000 }) }),
});
/** An operator may release a tripped guard at any time, which is not part of the rule: it fills the bucket anew. */
const full = { allowance: FULL, tripped: false, open: false };

describe('the bucket of deletions', () => {
  it('never lets more be deleted than 100 and a tenth of what was sent, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let bucket = full;
        let [deleted, sent] = [0, 0];
        for (const each of steps) {
          const drawn = draw(bucket, each, shareOf(each.usual));
          deleted += drawn.allowed;
          sent += each.sent;
          expect(deleted).toBeLessThanOrEqual(FULL + 0.1 * sent + 1e-6);
          bucket = { ...bucket, allowance: drawn.allowance, tripped: bucket.tripped || drawn.trips };
        }
      }),
    );
  });

  it('never lets one pass while it is tripped, and all while it is open', () => {
    fc.assert(
      fc.property(step, fc.boolean(), (each, tripped) => {
        const share = shareOf(each.usual);
        expect(draw({ ...full, tripped: true }, each, share)).toMatchObject({ allowed: 0, trips: false });
        expect(draw({ ...full, tripped, open: true }, each, share).allowed).toBe(each.deletions);
      }),
    );
  });

  it('trips exactly when a deletion has to be refused', () => {
    const drawn = (deletions: number) => draw(full, { sent: 0, deletions }, 0.1);
    expect(drawn(100)).toEqual({ allowance: 0, allowed: 100, trips: false });
    expect(drawn(101)).toEqual({ allowance: 0, allowed: 100, trips: true });
  });

  it('is filled by what is sent, one for every ten messages, and never above its rim', () => {
    const empty = { ...full, allowance: 0 };
    expect(draw(empty, { sent: 10, deletions: 2 }, 0.1)).toEqual({ allowance: 0, allowed: 1, trips: true });
    expect(draw(empty, { sent: 1_000_000, deletions: 0 }, 0.1).allowance).toBe(100);
  });

  it.each([
    ['nothing is known', { sent: 0, gone: 0 }, 0.1],
    ['9,999 outcomes are too few to know', { sent: 9_999, gone: 0 }, 0.1],
    ['almost nothing is ever deleted', { sent: 100_000, gone: 3 }, 0.01],
    ['one in 200 is deleted', { sent: 99_500, gone: 500 }, 0.025],
    ['one in 20 is deleted', { sent: 95_000, gone: 5_000 }, 0.1],
  ])('allows a share of what is sent: %s', (_what, usual, share) => {
    expect(shareOf(usual)).toBe(share);
  });

  it('shrinks to what is usual: ten deletions for a credential that hardly ever has one', () => {
    const share = shareOf({ sent: 50_000, gone: 10 });
    expect(draw(full, { sent: 0, deletions: 300 }, share)).toEqual({ allowance: 0, allowed: 10, trips: true });
  });
});
