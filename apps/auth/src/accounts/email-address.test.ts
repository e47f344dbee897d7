import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEmail } from './email-address.js';

describe('an address', () => {
  it.each([
    ['Ann@Example.COM', 'Ann@example.com', 'ann@example.com'],
    ['  ann@example.com\n', 'ann@example.com', 'ann@example.com'],
    ['a.n.n+shop@gmail.com', 'a.n.n+shop@gmail.com', 'a.n.n+shop@gmail.com'],
    ['ａｎｎ＠example.com', 'ann@example.com', 'ann@example.com'],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    ["o'neil@example.com", undefined, undefined],
    ['Jürgen@example.com', 'Jürgen@example.com', 'jürgen@example.com'],
  ])('%j is mailed as %j and compared as %j', (typed, address, key) => {
    expect(readEmail(typed)).toEqual(address === undefined ? undefined : { address, key });
  });

  it.each([
    '',
    'ann',
    '@example.com',
    'ann@',
    'ann@localhost',
    'ann@@example.com',
    'ann@ben@example.com',
    'ann@exa mple.com',
    'a nn@example.com',
    'ann@example.com,ben@example.com',
    'ann@example.com\r\nBcc: ben@example.com',
    '<ann@example.com>',
    '"ann"@example.com',
    'ann\0@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ann@${'a.'.repeat(130)}com`,
    'ann@example..com',
  ])('%j is none', (typed) => {
    expect(readEmail(typed)).toBeUndefined();
  });

  it('is the same address when it is read again, and never more than one', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string({ unit: 'grapheme' }).map((text) => `${text}@example.com`),
        ),
        (typed) => {
          const read = readEmail(typed);
          if (read === undefined) return;
          expect(readEmail(read.address)).toEqual(read);
          expect(readEmail(read.key)?.key).toBe(read.key);
          expect(read.address).not.toMatch(/[\s,;<>]/);
          expect(read.address.split('@')).toHaveLength(2);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
