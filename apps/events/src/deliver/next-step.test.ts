import { describe, expect, it } from '@jest/globals';
import { nextStep } from './next-step.js';
import { outcomeOfAnswer, outcomeOfError } from './outcome.js';
import { EgressFailed } from '@signalbox/egress';
import { retryAfterMs } from './retry-after.js';

const now = new Date('2026-11-27T12:00:00Z');
const answered = (status: number, retryAfter?: string) =>
  outcomeOfAnswer({ status, retryAfter, body: Buffer.from('no\0') }, now);
const noJitter = () => 0;

describe('after an attempt', () => {
  it.each([200, 201, 202, 204, 299])('that was answered %i, a delivery is delivered', (status) => {
    expect(nextStep(answered(status), 1)).toEqual({ state: 'delivered' });
  });

  it.each([100, 301, 302, 307, 308, 400, 401, 404, 422, 429, 500, 503])(
    'that was answered %i, it is tried again in five seconds',
    (status) => {
      const expected = { state: 'retrying', delay: 5_000, reason: `http_${status}` };
      expect(nextStep(answered(status), 1, noJitter)).toEqual(expected);
    },
  );

  it('waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, and has failed after the tenth', () => {
    const outcome = outcomeOfError(new EgressFailed('timeout'));
    const minutes = Array.from({ length: 9 }, (_, index) => {
      const step = nextStep(outcome, index + 1, noJitter);
      return step.state === 'retrying' ? step.delay / 60_000 : step;
    });
    expect(minutes).toEqual([5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]);
    expect(nextStep(outcome, 10)).toEqual({ state: 'failed', reason: 'timeout' });
  });

  it('adds up to a fifth by chance, and never takes anything away', () => {
    expect(nextStep(answered(500), 2, () => 0.999)).toMatchObject({ delay: 360_000 });
    expect(nextStep(answered(500), 2, () => 0.5)).toMatchObject({ delay: 330_000 });
  });

  it('waits longer when the endpoint asked for it, and a day at most', () => {
    expect(nextStep(answered(503, '120'), 1, noJitter)).toMatchObject({ delay: 120_000 });
    expect(nextStep(answered(503, '1'), 1, noJitter)).toMatchObject({ delay: 5_000 });
    expect(nextStep(answered(503, '99999999'), 1, noJitter)).toMatchObject({ delay: 86_400_000 });
  });

  it('ends at once when the endpoint says that it is gone', () => {
    expect(nextStep(answered(410), 1)).toEqual({ state: 'failed', reason: 'http_410' });
  });

  it('keeps of an answer what a database can keep', () => {
    expect(answered(400).answer).toBe('no');
  });
});

describe('Retry-After', () => {
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['30', 30_000],
    ['Fri, 27 Nov 2026 12:01:00 GMT', 60_000],
    ['Fri, 27 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1e9', undefined],
  ])('%s is %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
