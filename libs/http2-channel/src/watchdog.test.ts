import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Watchdog, type Watched } from './watchdog.js';

const TICK = 100;

describe('the watchdog', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function watchdog(pongs = false) {
    const seen: (Watched | 'ping')[] = [];
    const dog = new Watchdog({
      tickMs: TICK,
      ping: () => {
        seen.push('ping');
        if (pongs) dog.heard();
      },
      lost: (watched) => {
        seen.push(watched);
        dog.watch(undefined);
      },
    });
    return { dog, seen };
  }

  it('pings after two silent ticks and gives up two ticks later', () => {
    const { dog, seen } = watchdog();
    dog.watch('answers');
    jest.advanceTimersByTime(2 * TICK);
    expect(seen).toEqual(['ping']);
    jest.advanceTimersByTime(2 * TICK - 1);
    expect(seen).toEqual(['ping']);
    jest.advanceTimersByTime(1);
    expect(seen).toEqual(['ping', 'answers']);
  });

  it('does not give up on who answers pings, or is heard of otherwise', () => {
    const { dog, seen } = watchdog(true);
    dog.watch('answers');
    jest.advanceTimersByTime(20 * TICK);
    expect(new Set(seen)).toEqual(new Set(['ping']));
    seen.length = 0;
    for (let count = 0; count < 20; count += 1) {
      dog.heard();
      jest.advanceTimersByTime(TICK);
    }
    expect(seen).toEqual([]);
  });

  it.each([
    ['a connection', 'connection', 7],
    ['the end of a session', 'end', 1],
  ] as const)('waits for %s without pings', (_what, watched, ticks) => {
    const { dog, seen } = watchdog();
    dog.watch(watched);
    jest.advanceTimersByTime(ticks * TICK - 1);
    expect(seen).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(seen).toEqual([watched]);
  });

  it('has no timer while nothing is watched, and does not start anew when told the same twice', () => {
    const { dog, seen } = watchdog();
    dog.watch('answers');
    jest.advanceTimersByTime(3 * TICK);
    dog.watch('answers');
    jest.advanceTimersByTime(TICK);
    expect(seen).toEqual(['ping', 'answers']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
