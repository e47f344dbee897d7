import { describe, expect, it } from '@jest/globals';
import { Courtesy } from './courtesy.js';

describe('bulk messages of a process', () => {
  function bench() {
    const state = { now: 0, busy: 0.1, look: (): void => undefined, looking: false };
    const courtesy = new Courtesy(
      () => state.now,
      () => state.busy,
      (_, look) => {
        Object.assign(state, { look, looking: true });
        return { end: () => (state.looking = false) };
      },
    );
    const gone: string[] = [];
    const ask = (credential: string, times: number): void => {
      for (let n = 0; n < times; n += 1) void courtesy.turn(credential).then(() => gone.push(credential));
    };
    /** One period passes; how many went out at its end. */
    const period = async (): Promise<number> => {
      const before = gone.length;
      state.now += 200;
      state.look();
      await Promise.resolve();
      await Promise.resolve();
      return gone.length - before;
    };
    return { state, courtesy, gone, ask, period };
  }

  it('go out at once where nobody waits for anything', async () => {
    const { ask, gone } = bench();
    ask('a', 1_000);
    await Promise.resolve();
    expect(gone).toHaveLength(1_000);
  });

  it('go out in portions while transactional work comes through, more and more as long as the loop has time', async () => {
    const { courtesy, ask, period } = bench();
    courtesy.othersAreAbout();
    ask('a', 1_000);
    const [first, second, third] = [await period(), await period(), await period()];
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
    expect(first + second + third).toBeLessThan(250);
  });

  it('become fewer at once when the loop is busy, and never none', async () => {
    const { state, courtesy, ask, period } = bench();
    courtesy.othersAreAbout();
    ask('a', 5_000);
    for (let n = 0; n < 10; n += 1) await period();
    const before = await period();
    state.busy = 0.9;
    expect(await period()).toBeLessThan(before * 0.7);
    for (let n = 0; n < 30; n += 1) await period();
    expect(await period()).toBe(20);
  });

  it('do not become more because few are asked for', async () => {
    const { courtesy, ask, period } = bench();
    courtesy.othersAreAbout();
    for (let n = 0; n < 40; n += 1) {
      ask('a', 60);
      await period();
      courtesy.othersAreAbout();
    }
    ask('a', 5_000);
    expect(await period()).toBeLessThan(200);
  });

  it('of one credential do not stand before the few of another', async () => {
    const { courtesy, ask, gone, period } = bench();
    courtesy.othersAreAbout();
    ask('many', 1_000);
    ask('few', 3);
    await period();
    expect(gone.filter((credential) => credential === 'few')).toHaveLength(3);
  });

  it('all go out once nobody has waited for anything for a while, and nothing is looked at any more', async () => {
    const { state, courtesy, ask, gone, period } = bench();
    courtesy.othersAreAbout();
    ask('a', 1_000);
    await period();
    expect(state.looking).toBe(true);
    state.now += 10_000;
    await period();
    expect(gone).toHaveLength(1_000);
    expect(state.looking).toBe(false);
  });
});
