import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BatcherFull, MicroBatcher } from './micro-batcher.js';

/** A write that the test lets end. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

const anyError = (): boolean => true;

describe('MicroBatcher', () => {
  it('writes a lone entry at once, and everything that came meanwhile together', async () => {
    const batches: number[][] = [];
    const first = gate();
    const batcher = new MicroBatcher<number, number>({
      maxBatch: 10,
      maxWaiting: 100,
      isolate: anyError,
      flush: async (entries) => {
        batches.push([...entries]);
        if (batches.length === 1) await first.promise;
        return entries;
      },
    });
    const answers = [1, 2, 3, 4].map((entry) => batcher.add(entry));
    first.open();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('lets one bad entry fail alone out of 256', async () => {
    const batcher = new MicroBatcher<number, number>({
      maxBatch: 256,
      maxWaiting: 1_000,
      linger: 5,
      isolate: anyError,
      flush: (entries) => (entries.includes(100) ? Promise.reject(new Error('bad row')) : Promise.resolve(entries)),
    });
    const answers = await Promise.allSettled(Array.from({ length: 256 }, (_, entry) => batcher.add(entry)));
    expect(answers.flatMap((answer, entry) => (answer.status === 'rejected' ? [entry] : []))).toEqual([100]);
  });

  it('fails a whole batch, and tries no half again, when the error is not about an entry', async () => {
    let flushes = 0;
    const batcher = new MicroBatcher<number, number>({
      maxBatch: 8,
      maxWaiting: 100,
      linger: 5,
      isolate: () => false,
      flush: () => {
        flushes += 1;
        return Promise.reject(new Error('connection lost'));
      },
    });
    const answers = await Promise.allSettled([1, 2, 3, 4].map((entry) => batcher.add(entry)));
    expect(answers.every((answer) => answer.status === 'rejected')).toBe(true);
    expect(flushes).toBe(1);
  });

  it('refuses at once what does not fit into its bound, and takes more once there is room', async () => {
    const hold = gate();
    const batcher = new MicroBatcher<number, number>({
      maxBatch: 1,
      maxWaiting: 2,
      isolate: anyError,
      flush: async (entries) => {
        await hold.promise;
        return entries;
      },
    });
    const taken = [1, 2, 3].map((entry) => batcher.add(entry));
    expect(() => batcher.add(4)).toThrow(BatcherFull);
    hold.open();
    await Promise.all(taken);
    await expect(batcher.add(5)).resolves.toBe(5);
  });

  it('answers every entry with its own result, whatever the sizes and flights', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        async (entries, maxBatch, inFlight) => {
          let flying = 0;
          const batcher = new MicroBatcher<number, number>({
            maxBatch,
            maxWaiting: 1_000,
            inFlight,
            isolate: anyError,
            flush: async (batch) => {
              flying += 1;
              expect(flying).toBeLessThanOrEqual(inFlight);
              expect(batch.length).toBeLessThanOrEqual(maxBatch);
              await Promise.resolve();
              flying -= 1;
              return batch.map((entry) => entry * 2);
            },
          });
          const answers = await Promise.all(entries.map((entry) => batcher.add(entry)));
          expect(answers).toEqual(entries.map((entry) => entry * 2));
          await batcher.drain();
        },
      ),
    );
  });
});
