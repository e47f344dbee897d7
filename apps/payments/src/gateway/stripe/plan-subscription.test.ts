import { expect, test } from '@jest/globals';
import { planItems } from './plan-subscription.js';

const present = [
  { id: 'si_1', price: 'basic' },
  { id: 'si_2', price: 'seat' },
];

test('a price that comes takes the place of one that goes, and what is not wanted any more is removed', () => {
  expect(planItems(present, [{ price: 'basic', quantity: 2 }])).toEqual([
    { id: 'si_1', quantity: 2 },
    { id: 'si_2', deleted: true },
  ]);
  const wanted = [
    { price: 'plus', quantity: 1 },
    { price: 'seat', quantity: 4 },
    { price: 'storage', quantity: 1 },
  ];
  expect(planItems(present, wanted)).toEqual([
    { id: 'si_1', price: 'plus', quantity: 1 },
    { id: 'si_2', quantity: 4 },
    { price: 'storage', quantity: 1 },
  ]);
});
