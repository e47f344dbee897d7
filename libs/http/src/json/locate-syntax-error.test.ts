import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { locateSyntaxError } from './locate-syntax-error.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('locateSyntaxError', () => {
  it('finds a place exactly when JSON.parse refuses', () => {
    const almostJson = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom('', ',', '"', '}', ']', '{', ':', '0', '-', '.', 'e', 'null', '\\', '\n', '\u0000', ' '),
      )
      .map(([json, at, cut, put]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + put + json.slice(place + cut);
      });
    fc.assert(
      fc.property(almostJson, (text) => {
        expect(locateSyntaxError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('points at the first character that cannot be right', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, at) => {
        const cut = json.slice(0, at % json.length);
        const broken = `${cut}\u0001`;
        const place = locateSyntaxError(broken);
        expect(place?.line).toBe(1);
        expect(place!.column).toBeLessThanOrEqual(broken.length);
      }),
    );
  });

  it.each([
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    'nul',
    'nulll',
    'True',
    '"\\x"',
    '"\t"',
    '[1 2]',
    '{"a" 1}',
    '{1: 2}',
    '[,]',
    '[1,]',
    '{,}',
    '[}',
  ])('refuses %s as JSON.parse does', (text) => {
    expect(isJson(text)).toBe(false);
    expect(locateSyntaxError(text)).toBeDefined();
  });
});
