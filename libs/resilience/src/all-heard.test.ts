import { describe, expect, it } from '@jest/globals';
import { AllHeard } from './all-heard.js';
import { MicroBatcher } from './micro-batcher.js';

function batcherThatRefuses(bad: number) {
  const batches: number[][] = [];
  const batcher = new MicroBatcher<number, void>({
    maxBatch: 4,
    maxWaiting: 100,
    isolate: () => true,
    flush: async (entries) => {
      batches.push([...entries]);
      await Promise.resolve();
      if (entries.includes(bad)) throw new Error(`not ${bad}`);
      return entries.map(() => undefined);
    },
  });
  return { batcher, batches };
}

function putAll(batcher: MicroBatcher<number, void>, entries: readonly number[]): AllHeard {
  const all = new AllHeard();
  for (const entry of entries) {
    all.begin();
    batcher.put(entry, all);
  }
  return all;
}

describe('AllHeard', () => {
  it('resolves when all that were put are written, and not before it was closed', async () => {
    const { batcher, batches } = batcherThatRefuses(-1);
    const all = putAll(batcher, [1, 2, 3, 4, 5, 6, 7]);
    let isDone = false;
    const done = all.done.then(() => (isDone = true));
    await batcher.drain();
    expect([isDone, batches.flat()]).toEqual([false, [1, 2, 3, 4, 5, 6, 7]]);
    all.close();
    await done;
  });

  it('does not resolve while one is on its way', async () => {
    const { batcher } = batcherThatRefuses(-1);
    const all = putAll(batcher, [1]);
    let isDone = false;
    const done = all.done.then(() => (isDone = true));
    all.close();
    await Promise.resolve();
    expect(isDone).toBe(false);
    await done;
  });

  it('resolves at once when there was none', async () => {
    const all = new AllHeard();
    all.close();
    await expect(all.done).resolves.toBeUndefined();
  });

  it('rejects with what failed, and the others are written all the same', async () => {
    const { batcher, batches } = batcherThatRefuses(3);
    const all = putAll(batcher, [1, 2, 3, 4]);
    all.close();
    await expect(all.done).rejects.toThrow('not 3');
    await batcher.drain();
    expect(batches).toContainEqual([4]);
  });
});
