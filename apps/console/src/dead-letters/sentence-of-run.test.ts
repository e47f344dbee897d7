import { describe, expect, it } from '@jest/globals';
import type { DeadLetterRunView } from '@signalbox/contracts';
import { sentenceOfRun } from './sentence-of-run.js';

const run = (more: Partial<DeadLetterRunView>): DeadLetterRunView => ({
  ...{ id: 'dlr_x', appId: 'app_x', startedBy: 'operator', startedAt: '2026-11-26T08:00:00.000Z' },
  ...{ action: 'replay', state: 'running', letters: 1_200, done: 0, perSecond: 100 },
  ...more,
});

describe('a run over dead letters, in a sentence', () => {
  it('says how many are sent again, how fast, and how long that takes', () => {
    expect(sentenceOfRun(run({}))).toBe('1,200 letters are being sent again, at most 100 a second: 12 s from now on.');
    expect(sentenceOfRun(run({ letters: 100_000, done: 10_000 }))).toBe(
      '100,000 letters are being sent again, at most 100 a second: 15 min from now on.',
    );
    expect(sentenceOfRun(run({ letters: 1 }))).toBe(
      '1 letter is being sent again, at most 100 a second: 1 s from now on.',
    );
    const { perSecond: _none, ...discard } = run({ action: 'discard', note: 'old' });
    expect(sentenceOfRun(discard)).toBe('1,200 letters are being discarded.');
  });

  it('does not claim what somebody else did, nor what was left', () => {
    expect(sentenceOfRun(run({ state: 'done', done: 1_200 }))).toBe('1,200 letters were sent again.');
    expect(sentenceOfRun(run({ state: 'done', done: 1_199 }))).toBe(
      '1,199 of 1,200 letters were sent again; somebody else was first with the others.',
    );
    expect(sentenceOfRun(run({ state: 'stopped', done: 1 }))).toBe(
      'Stopped: 1 of 1,200 letters was sent again, the others stay open.',
    );
  });
});
