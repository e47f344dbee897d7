import { describe, expect, it } from '@jest/globals';
import { readForm } from './form.js';

describe('a form as Stripe takes it', () => {
  it.each<[string, string, object]>([
    ['plain fields', 'amount=2000&currency=usd', { amount: '2000', currency: 'usd' }],
    ['objects', 'card[number]=4242&card[exp][year]=2030', { card: { number: '4242', exp: { year: '2030' } } }],
    ['numbered lists', 'expand[0]=customer&expand[1]=data', { expand: ['customer', 'data'] }],
    ['lists without numbers', 'types[]=a&types[]=b', { types: ['a', 'b'] }],
    [
      'lists of objects',
      'items[0][price]=p1&items[0][quantity]=2&items[1][price]=p2',
      {
        items: [{ price: 'p1', quantity: '2' }, { price: 'p2' }],
      },
    ],
    [
      'lists of objects without numbers',
      'items[][price]=p1&items[][quantity]=2&items[][price]=p2',
      {
        items: [{ price: 'p1', quantity: '2' }, { price: 'p2' }],
      },
    ],
    [
      'escaped brackets, pluses and percents',
      'metadata%5Bfull+name%5D=Jenny+%26+50%25',
      { metadata: { 'full name': 'Jenny & 50%' } },
    ],
    ['an empty value', 'metadata=', { metadata: '' }],
    ['nothing', '', {}],
  ])('reads %s', (_name, text, expected) => {
    expect(readForm(text)).toEqual(expected);
  });

  it('lets no field reach a prototype', () => {
    const form = readForm('__proto__[polluted]=1&constructor[prototype][polluted]=1');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.hasOwn(form, '__proto__')).toBe(true);
  });
});
