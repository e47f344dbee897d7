import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstUuidAt, formatId, newUuid, parseId, timeOfUuid, uuidAtTimeOf, uuidFromTimeAndTail } from './ids.js';

const anyTime = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const anyTail = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('ids', () => {
  it('come back from their public form as they were', () => {
    fc.assert(
      fc.property(anyTime, anyTail, (time, tail) => {
        const uuid = uuidFromTimeAndTail(time, tail);
        expect(parseId('notification', formatId('notification', uuid))).toBe(uuid);
      }),
    );
  });

  it('are the TypeID of the specification for a known UUID', () => {
    expect(formatId('app', '01890a5d-ac96-774b-bcce-b302099a8057')).toBe('app_01h455vb4pex5vsknk084sn02q');
  });

  it('are made at the time of another from digits as from their bytes', () => {
    fc.assert(
      fc.property(anyTime, anyTail, fc.uint8Array({ minLength: 10, maxLength: 32 }), (time, otherTail, tail) => {
        const other = uuidFromTimeAndTail(time, otherTail);
        expect(uuidAtTimeOf(other, Buffer.from(tail).toString('hex'))).toBe(uuidFromTimeAndTail(time, tail));
      }),
    );
  });

  it('carry their time, and sort by it', () => {
    fc.assert(
      fc.property(anyTime, anyTail, anyTime, anyTail, (time, tail, otherTime, otherTail) => {
        const uuid = uuidFromTimeAndTail(time, tail);
        expect(timeOfUuid(uuid)).toBe(time);
        expect(uuid >= firstUuidAt(time)).toBe(true);
        if (time < otherTime) expect(uuid < uuidFromTimeAndTail(otherTime, otherTail)).toBe(true);
      }),
    );
  });

  it.each([
    ['another kind', 'app_01h455vb4pex5vsknk084sn02q'],
    ['a short suffix', 'ntf_01h455vb4pex5vsknk084sn02'],
    ['a letter outside the alphabet', 'ntf_01h455vb4pex5vsknk084sn02l'],
    ['upper case', 'ntf_01H455VB4PEX5VSKNK084SN02Q'],
    ['more than 128 bits', 'ntf_81h455vb4pex5vsknk084sn02q'],
    ['nothing', ''],
  ])('do not come from %s', (_what, id) => {
    expect(parseId('notification', id)).toBeUndefined();
  });

  it('sort in the order of their making, also within a millisecond, and stay within a tick of the clock', () => {
    const before = Date.now();
    const made = Array.from({ length: 100_000 }, () => newUuid());
    expect(made.every((id, index) => index === 0 || id > made[index - 1]!)).toBe(true);
    expect(timeOfUuid(made[0]!)).toBeGreaterThanOrEqual(before);
    expect(timeOfUuid(made.at(-1)!)).toBeLessThanOrEqual(Date.now() + 100);
  });
});
