import { expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';

it('allows so many at once, and then so many a second', () => {
  let now = 0;
  const allowance = new Allowance(3, () => now);
  const taken = () => Array.from({ length: 5 }, () => allowance.take()).filter(Boolean).length;
  expect(taken()).toBe(3);
  expect(taken()).toBe(0);
  now += 1_000 / 3 + 1;
  expect(taken()).toBe(1);
  now += 60_000;
  expect(taken()).toBe(3);
});
