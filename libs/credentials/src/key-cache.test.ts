import { describe, expect, it } from '@jest/globals';
import { KeyCache } from './key-cache.js';

describe('KeyCache', () => {
  it('fetches once for all who ask meanwhile, and again after five minutes', async () => {
    let now = 0;
    let fetches = 0;
    const cache = new KeyCache<number>(() => now);
    const fetch = async (): Promise<number> => (fetches += 1);
    expect(await Promise.all([cache.get('a', fetch), cache.get('a', fetch)])).toEqual([1, 1]);
    now = 5 * 60_000 - 1;
    expect(await cache.get('a', fetch)).toBe(1);
    now = 5 * 60_000;
    expect(await cache.get('a', fetch)).toBe(2);
  });

  it('recalls what it has fetched for as long as it keeps it, and nothing that is still on its way', async () => {
    let now = 0;
    const cache = new KeyCache<string>(() => now);
    expect(cache.recall('a')).toBeUndefined();
    const fetched = cache.get('a', async () => 'key');
    expect(cache.recall('a')).toBeUndefined();
    await fetched;
    now = 5 * 60_000 - 1;
    expect([cache.recall('a'), cache.recall('b')]).toEqual(['key', undefined]);
    now = 5 * 60_000;
    expect(cache.recall('a')).toBeUndefined();
  });

  it('does not remember a failure', async () => {
    const cache = new KeyCache<string>();
    await expect(cache.get('a', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    expect(await cache.get('a', () => Promise.resolve('key'))).toBe('key');
  });

  it('forgets the oldest when it is full', async () => {
    const cache = new KeyCache<number>();
    for (let index = 0; index <= 10_000; index += 1) await cache.get(String(index), async () => index);
    expect(await cache.get('1', async () => -1)).toBe(1);
    expect(await cache.get('0', async () => -1)).toBe(-1);
  });
});
