import { describe, expect, it } from '@jest/globals';
import { SharedRead } from './shared-read.js';

/** A read whose answers are given by hand. */
function readByHand(freshMs: number, staleMs: number) {
  const looks: PromiseWithResolvers<string>[] = [];
  const clock = { now: 0 };
  const shared = new SharedRead(
    () => {
      const look = Promise.withResolvers<string>();
      looks.push(look);
      return look.promise;
    },
    { freshMs, staleMs, now: () => clock.now },
  );
  return { shared, looks, clock };
}

/** Whatever waits for what has just been settled has gone on. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('a read that many ask for', () => {
  it('is one read for a thousand who ask while it is under way', async () => {
    const { shared, looks } = readByHand(0, 0);
    const answers = Array.from({ length: 1_000 }, () => shared.read());
    expect(looks).toHaveLength(1);
    looks[0]!.resolve('it');
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['it']));
  });

  it('is told again while it is fresh, and told at once while it is read anew', async () => {
    const { shared, looks, clock } = readByHand(1_000, 5_000);
    const first = shared.read();
    looks[0]!.resolve('old');
    await first;
    clock.now = 999;
    expect(await shared.read()).toBe('old');
    expect(looks).toHaveLength(1);
    clock.now = 1_000;
    expect(await shared.read()).toBe('old');
    expect(await shared.read()).toBe('old');
    expect(looks).toHaveLength(2);
    looks[1]!.resolve('new');
    await calm();
    expect(await shared.read()).toBe('new');
    clock.now = 7_001;
    const late = shared.read();
    looks[2]!.resolve('newest');
    expect(await late).toBe('newest');
  });

  it('that fails is told by what was read before, and by its error when that is too old; the next one reads again', async () => {
    const { shared, looks, clock } = readByHand(10, 100);
    const first = shared.read();
    looks[0]!.resolve('old');
    await first;
    clock.now = 50;
    const stale = shared.read();
    looks[1]!.reject(new Error('away'));
    expect(await stale).toBe('old');
    await calm();
    clock.now = 500;
    const late = shared.read();
    looks[2]!.reject(new Error('still away'));
    await expect(late).rejects.toThrow('still away');
    const again = shared.read();
    looks[3]!.resolve('back');
    expect(await again).toBe('back');
  });
});
