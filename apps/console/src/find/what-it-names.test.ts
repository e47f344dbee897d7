import { expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { LONGEST_NAME, whatItNames } from './what-it-names.js';

it('tells the ids of everything, a bare UUID and the ids of Stripe from names that an app has given', () => {
  const id = newUuid();
  expect(whatItNames(` ${formatId('delivery', id)}\n`)).toEqual({ kind: 'delivery', id });
  expect(whatItNames(formatId('user', id))).toEqual({ kind: 'user', id });
  expect(whatItNames(id.toUpperCase())).toEqual({ kind: 'uuid', id });
  expect(whatItNames('pi_3MtwBwLkdIwHu7ix28a3tqPa')).toEqual({ kind: 'stripe', id: 'pi_3MtwBwLkdIwHu7ix28a3tqPa' });
  // One letter short of an id.
  const almost = formatId('delivery', id).slice(0, -1);
  for (const text of ['ann@example.com', '4711', almost, 'evt_short']) {
    expect(whatItNames(text)).toEqual({ kind: 'text', text });
  }
});

it('is nothing for spaces, and for what no name can be', () => {
  expect(['', '  ', 'a'.repeat(LONGEST_NAME + 1), 'a\0b'].map(whatItNames)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
