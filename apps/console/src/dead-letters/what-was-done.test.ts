import { describe, expect, it } from '@jest/globals';
import { sentenceOfDiscard, sentenceOfReplay } from './what-was-done.js';

const now = Date.parse('2026-11-26T08:00:00Z');
const inSeconds = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();

describe('what was done about dead letters, in a sentence', () => {
  it('says how many are sent again, over how long, and how many are left', () => {
    const sentence = (replayed: number, left: number, seconds: number): string =>
      sentenceOfReplay({ replayed, left, lastDueAt: inSeconds(seconds) }, now);
    expect(sentence(1_200, 0, 11)).toBe('1,200 letters are sent again over the next 12 s; 0 left.');
    expect(sentence(10_000, 2_500, 999)).toBe('10,000 letters are sent again over the next 16 min; 2,500 left.');
    expect(sentence(1, 0, 0)).toBe('1 letter is sent again now; 0 left.');
    expect(sentence(5, 0, -3)).toBe('5 letters are sent again now; 0 left.');
  });

  it('does not pretend that something was done', () => {
    expect(sentenceOfReplay({ replayed: 0, left: 0, lastDueAt: null }, now)).toMatch(/^Nothing was sent again/);
    expect(sentenceOfDiscard({ discarded: 0, left: 3 })).toMatch(/^Nothing was discarded/);
    expect(sentenceOfDiscard({ discarded: 7, left: 0 })).toBe('7 letters are discarded; 0 left.');
  });
});
