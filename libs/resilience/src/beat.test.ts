import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { atBeat, untilBeat } from './beat.js';

describe('a beat', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Calls itself at each of its beats. */
  function repeat(everyMs: number, name: string, called: string[]): { stop(): void } {
    let cancel: () => void;
    const wait = (): void => {
      cancel = atBeat(everyMs, () => {
        called.push(name);
        wait();
      });
    };
    wait();
    return { stop: () => cancel() };
  }

  it('wakes all who wait for a second, whenever they began to, by one timer', async () => {
    const called: string[] = [];
    const one = repeat(1_000, 'one', called);
    await jest.advanceTimersByTimeAsync(300);
    const another = repeat(1_000, 'another', called);
    const rare = repeat(3_000, 'rare', called);
    expect(jest.getTimerCount()).toBe(2);
    await jest.advanceTimersByTimeAsync(699);
    expect(called).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(called).toEqual(['one', 'another']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(called).toEqual(['one', 'another', 'one', 'another', 'rare', 'one', 'another']);
    for (const each of [one, another, rare]) each.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('comes as often as was asked for, and no later', async () => {
    const called: string[] = [];
    const second = repeat(1_000, 'second', called);
    const quarter = repeat(250, 'quarter', called);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(called.filter((each) => each === 'second')).toHaveLength(10);
    expect(called.filter((each) => each === 'quarter')).toHaveLength(40);
    second.stop();
    quarter.stop();
  });

  it('is not waited for any longer when the wait is given up', async () => {
    const [giving, given] = [new AbortController(), AbortSignal.abort()];
    const waits = [untilBeat(60_000, giving.signal), untilBeat(60_000, given)];
    giving.abort();
    await Promise.all(waits);
    expect(jest.getTimerCount()).toBe(0);
    const beaten = untilBeat(1_000, new AbortController().signal);
    await jest.advanceTimersByTimeAsync(1_000);
    await beaten;
  });
});
