import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('turns of the event loop', () => {
  it('are taken by so many at once, in their order, and others come in between', async () => {
    const turns = new Turns(2);
    const seen: string[] = [];
    const tick = (): void => {
      seen.push('|');
      if (seen.length < 12) setImmediate(tick);
    };
    setImmediate(tick);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => turns.take().then(() => seen.push(name))));
    expect(seen.join('')).toMatch(/^\|?ab\|cd\|e/);
  });
});
