import { describe, expect, it } from '@jest/globals';
import { WaitingLine } from './waiting-line.js';

const item = (name: number) => ({ name, isOver: false });

describe('a waiting line', () => {
  it('is first in, first out, and passes over what is over', () => {
    const line = new WaitingLine<ReturnType<typeof item>>();
    const items = [1, 2, 3, 4].map(item);
    for (const each of items) line.push(each);
    items[0]!.isOver = true;
    items[2]!.isOver = true;
    expect([line.first()?.name, line.shift()?.name, line.shift()?.name, line.shift()]).toEqual([2, 2, 4, undefined]);
  });

  it('keeps nothing of what gave up while it stood still', () => {
    const line = new WaitingLine<ReturnType<typeof item>>();
    for (let count = 0; count < 10_000; count += 1) {
      const each = item(count);
      line.push(each);
      each.isOver = true;
      line.skip();
    }
    expect(line.length).toBe(0);
  });

  it('stays in order through ten thousand comings and goings', () => {
    const line = new WaitingLine<ReturnType<typeof item>>();
    const left: number[] = [];
    for (let count = 0; count < 10_000; count += 1) {
      line.push(item(count));
      if (count % 3 > 0) left.push(line.shift()!.name);
    }
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => index));
    expect(line.length).toBe(10_000 - left.length);
  });
});
