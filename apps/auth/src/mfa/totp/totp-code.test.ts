import { describe, expect, it } from '@jest/globals';
import { Secret } from 'otpauth';
import { newSeed, seedUrl, stepOf } from './totp-code.js';

// RFC 6238, appendix B (SHA-1): the last six of its eight digits.
const SEED = Secret.fromLatin1('12345678901234567890').base32;

describe('a code', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [20_000_000_000, '353130'],
  ])('of second %i is %s, as the standard says', (second, code) => {
    expect(stepOf(SEED, code, second * 1_000)).toBe(Math.floor(second / 30));
  });

  it('counts one step before and after its own, as that step, and not two', () => {
    const step = 1;
    const at = (steps: number): number | undefined => stepOf(SEED, '287082', (step + steps) * 30_000);
    expect([-2, -1, 0, 1, 2].map(at)).toEqual([undefined, step, step, step, undefined]);
  });

  it.each(['', '28708', '2870820', 'abcdef', '-87082', '２８７０８２'])('is never %j', (code) => {
    expect(stepOf(SEED, code, 59_000)).toBeUndefined();
  });
});

describe('a seed', () => {
  it('has 160 bits and is another one each time', () => {
    expect(newSeed()).toMatch(/^[A-Z2-7]{32}$/);
    expect(newSeed()).not.toBe(newSeed());
  });

  it('is written as generators read it, whatever the app is called', () => {
    const url = new URL(seedUrl(SEED, 'Ann: Shop & Co', 'ann@example.com'));
    expect(url.protocol).toBe('otpauth:');
    expect(decodeURIComponent(url.pathname)).toMatch(/Ann {2}Shop & Co:ann@example\.com$/);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      issuer: 'Ann  Shop & Co',
      secret: SEED,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
