import { describe, expect, it } from '@jest/globals';
import { CircuitState } from 'cockatiel';
import { TroubleShare } from './trouble-share.js';

describe('the share of calls that meet trouble', () => {
  function atSecond(first: number) {
    let now = first;
    const share = new TroubleShare(() => now);
    const fail = (times: number): boolean =>
      Array.from({ length: times }, () => share.failure(CircuitState.Closed)).includes(true);
    const succeed = (times: number): void => {
      for (let time = 0; time < times; time += 1) share.success(CircuitState.Closed);
    };
    return { share, fail, succeed, wait: (seconds: number) => (now += seconds) };
  }

  it('opens at the first that makes it more than half of half a minute', () => {
    const { fail, succeed } = atSecond(1_000);
    succeed(20);
    expect(fail(20)).toBe(false);
    expect(fail(1)).toBe(true);
  });

  it('is none with fewer than nine calls', () => {
    const { fail } = atSecond(1_000);
    expect(fail(8)).toBe(false);
    expect(fail(1)).toBe(true);
  });

  it('forgets what is older, however few calls came since', () => {
    const { fail, succeed, wait } = atSecond(1_000);
    for (let second = 0; second < 30; second += 1) {
      succeed(4);
      wait(1);
    }
    wait(10);
    expect(fail(24)).toBe(false);
    wait(10);
    expect(fail(24)).toBe(true);
    wait(40);
    expect(fail(8)).toBe(false);
  });

  it('begins anew when a trial went well, and opens again when it did not', () => {
    const { share, fail } = atSecond(1_000);
    fail(20);
    expect(share.failure(CircuitState.HalfOpen)).toBe(true);
    share.success(CircuitState.HalfOpen);
    expect(fail(7)).toBe(false);
    expect(fail(1)).toBe(true);
  });
});
