import { describe, expect, it } from '@jest/globals';
import { collection, day, list, symbol, xmlDocument } from './xml.js';

const written = (value: Parameters<typeof xmlDocument>[1]): string =>
  xmlDocument('it', value).replace('<?xml version="1.0" encoding="UTF-8"?>\n', '').trimEnd();

describe("Braintree's XML", () => {
  it.each<[string, Parameters<typeof xmlDocument>[1], string]>([
    ['text', 'a < b & "c"\r\n\u0000', '<it>a &lt; b &amp; &quot;c&quot;&#13;\n</it>'],
    ['a number', 3, '<it type="integer">3</it>'],
    ['a flag', false, '<it type="boolean">false</it>'],
    ['nothing', null, '<it nil="true"/>'],
    ['a time', new Date(0), '<it type="datetime">1970-01-01T00:00:00Z</it>'],
    ['a day', day(new Date(0)), '<it type="date">1970-01-01</it>'],
    ['a symbol', symbol('order_id'), '<it type="symbol">order_id</it>'],
    ['a list', list('item', ['a', 1]), '<it type="array"><item>a</item><item type="integer">1</item></it>'],
    ['an empty list', list('item', []), '<it type="array"></it>'],
    [
      'a page',
      collection({ pageSize: 50 }, 'thing', [{ id: 'a' }]),
      '<it type="collection"><page-size type="integer">50</page-size><thing><id>a</id></thing></it>',
    ],
    [
      'names',
      { orderId: 'a', last4: 'b', my_field: 'c' },
      '<it><order-id>a</order-id><last-4>b</last-4><my-field>c</my-field></it>',
    ],
  ])('writes %s', (_what, value, expected) => {
    expect(written(value)).toBe(expected);
  });
});
