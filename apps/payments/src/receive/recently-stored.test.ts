import { describe, expect, it } from '@jest/globals';
import { RecentlyStored } from './recently-stored.js';

const CAPACITY = 20_000;

describe('what was stored lately', () => {
  it('is the last 20,000 names: each that comes when it is full makes the oldest leave, and none that it has', () => {
    const stored = new RecentlyStored();
    const names = Array.from({ length: 2 * CAPACITY }, (_, n) => `evt_${n}`);
    for (const name of names.slice(0, CAPACITY)) stored.add(name);
    stored.add(names[0]!);
    expect(names.filter((name) => stored.has(name))).toEqual(names.slice(0, CAPACITY));
    for (const name of names.slice(CAPACITY)) {
      stored.add(name);
      stored.add(name);
    }
    expect(names.filter((name) => stored.has(name))).toEqual(names.slice(CAPACITY));
  });
});
