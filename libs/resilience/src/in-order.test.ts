import { describe, expect, it } from '@jest/globals';
import { inOrder } from './in-order.js';

async function* numbers(count: number, taken: number[] = []): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) {
    taken.push(number);
    yield number;
  }
}

/** Work that ends when the test says so. */
function held() {
  const ends = new Map<number, (failure?: Error) => void>();
  const work = (item: number): Promise<number> =>
    new Promise((resolve, reject) => {
      ends.set(item, (failure) => (failure === undefined ? resolve(item) : reject(failure)));
    });
  return { work, begun: () => [...ends.keys()], end: (item: number, failure?: Error) => ends.get(item)!(failure) };
}

/** Everything that can happen by itself has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work in order', () => {
  it('hands out the first as soon as it is there, and later ones not before it', async () => {
    const { work, begun, end } = held();
    const results = inOrder(numbers(3), 10, work);
    const fetched: number[] = [];
    const first = results.next().then(({ value }) => fetched.push(value as number));
    await settled();
    expect(begun()).toEqual([0, 1, 2]);
    end(2);
    await settled();
    expect(fetched).toEqual([]);
    end(0);
    await first;
    expect(fetched).toEqual([0]);
    end(1);
    expect([(await results.next()).value, (await results.next()).value]).toEqual([1, 2]);
    expect((await results.next()).done).toBe(true);
  });

  it('takes no more while so many are under way, or not fetched', async () => {
    const taken: number[] = [];
    const { work, begun, end } = held();
    const results = inOrder(numbers(1_000, taken), 4, work);
    const first = results.next();
    await settled();
    expect(begun()).toEqual([0, 1, 2, 3]);
    begun().forEach((item) => end(item));
    await first;
    await settled();
    expect(taken).toHaveLength(5);
  });

  it('hands out what was begun before it says that the source failed', async () => {
    async function* breaking(): AsyncGenerator<number> {
      yield* numbers(2);
      throw new TypeError('gone');
    }
    const fetched: number[] = [];
    const all = async (): Promise<void> => {
      for await (const result of inOrder(breaking(), 10, async (item) => item)) fetched.push(result);
    };
    await expect(all()).rejects.toBeInstanceOf(TypeError);
    expect(fetched).toEqual([0, 1]);
  });

  it('ends the source when nobody fetches any more', async () => {
    let ended = false;
    async function* source(): AsyncGenerator<number> {
      try {
        yield* numbers(1_000);
      } finally {
        ended = true;
      }
    }
    for await (const result of inOrder(source(), 4, async (item) => item)) if (result === 2) break;
    await settled();
    expect(ended).toBe(true);
  });
});
