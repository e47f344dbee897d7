import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Chore } from './chore.js';

describe('a chore', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is done at once and then at an even distance, until it is stopped', async () => {
    let rounds = 0;
    const chore = new Chore(1_000, async () => void (rounds += 1));
    chore.start();
    expect(rounds).toBe(1);
    await jest.advanceTimersByTimeAsync(2_500);
    expect(rounds).toBe(3);
    await chore.stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toBe(3);
  });

  it('is not done twice at the same time, and one round is waited for', async () => {
    const round = Promise.withResolvers<void>();
    let rounds = 0;
    let told: AbortSignal | undefined;
    const chore = new Chore(1_000, (signal) => {
      rounds += 1;
      told = signal;
      return round.promise;
    });
    chore.start();
    await jest.advanceTimersByTimeAsync(3_500);
    expect(rounds).toBe(1);
    let isStopped = false;
    const stopped = chore.stop().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(0);
    expect([told?.aborted, isStopped]).toEqual([true, false]);
    round.resolve();
    await stopped;
  });

  it('is done at once when there is something to do, and again behind a round that may have missed it', async () => {
    const round = Promise.withResolvers<void>();
    let rounds = 0;
    const chore = new Chore(60_000, () => {
      rounds += 1;
      return rounds === 2 ? round.promise : Promise.resolve();
    });
    chore.start();
    await jest.advanceTimersByTimeAsync(0);
    chore.soon();
    expect(rounds).toBe(2);
    chore.soon();
    chore.soon();
    expect(rounds).toBe(2);
    round.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(rounds).toBe(3);
    await chore.stop();
    chore.soon();
    expect(rounds).toBe(3);
  });
});
