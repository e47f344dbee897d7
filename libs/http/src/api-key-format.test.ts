import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { looksOf, newKeyText } from './api-key-format.js';

/** As docs/access-tokens.md gives it to secret scanners. */
const SCANNED = /\bsb[kp]_(?:live|test)_[0-9A-Za-z]{49}\b/;
/** Also from there. */
const DOCUMENTED = 'sbk_test_EXAMPLEkeyThatNobodyHasxxxxxxxxxxxxxxxxxxxx3EH6VP';

describe('the text of an API key', () => {
  it('check 32: is found by the expression that secret scanners use, and is never the same', () => {
    const keys = Array.from({ length: 200 }, () => newKeyText('secret', 'live'));
    for (const key of keys) expect(SCANNED.exec(`"${key}"`)?.[0]).toBe(key);
    expect(new Set(keys).size).toBe(200);
    expect(newKeyText('publishable', 'test')).toMatch(/^sbp_test_/);
    expect(keys.map(looksOf)).toEqual(keys.map(() => 'key'));
  });

  it('check 32: ends in a checksum that others compute as well', () => {
    expect(looksOf(DOCUMENTED)).toBe('key');
  });

  it('check 32: shows that a letter was changed, lost, doubled or exchanged with its neighbour', () => {
    const at = fc.integer({ min: 9, max: 57 });
    fc.assert(
      fc.property(at, fc.constantFrom('0', '9', 'A', 'Z', 'a', 'z', '_', '-'), (index, letter) => {
        const key = newKeyText('secret', 'test');
        const [before, here, next, after] = [key.slice(0, index), key[index]!, key[index + 1], key.slice(index + 1)];
        const wrong = [before + letter + after, before + after, before + here + here + after];
        if (next !== undefined) wrong.push(before + next + here + after.slice(1));
        for (const each of wrong) expect([each, looksOf(each)]).toEqual([each, each === key ? 'key' : 'mistyped']);
      }),
    );
  });

  it('check 32: of one mode is none of the other', () => {
    expect(looksOf(newKeyText('secret', 'test').replace('_test_', '_live_'))).toBe('mistyped');
  });

  it('check 32: was made without a checksum before, and such keys stay good', () => {
    expect(looksOf(`sbk_live_${randomBytes(32).toString('base64url')}`)).toBe('key');
    expect(looksOf(`sbk_live_${randomBytes(31).toString('base64url')}`)).toBe('mistyped');
  });

  it.each(['', 'sbk_', 'sbk_test_1', 'sbx_live_', 'eyJ.a.b', `sbk_prod_${'a'.repeat(49)}`])('%j is none', (text) => {
    expect(looksOf(text)).toBe('no key');
  });
});
