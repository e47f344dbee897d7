import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.js';

describe('strict JSON', () => {
  it('is what JSON.parse reads, of everything that has no name twice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"x":"}","x":2}}]',
    '{"a":{"a":1},"b":[],"a":":"}',
    '{',
    'nul',
  ])('is not %s', (text) => {
    expect(() => parseStrictJson(text)).toThrow('bad_answer');
  });

  it('lets a name stand in several objects', () => {
    expect(parseStrictJson('[{"a":{"a":"\\"a\\":"}},{"a":1}]')).toEqual([{ a: { a: '"a":' } }, { a: 1 }]);
  });
});
