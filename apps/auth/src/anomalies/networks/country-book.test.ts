import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAddress } from './address.js';
import { CountryBook } from './country-book.js';
import { networkKind } from './network-kind.js';
import { RangesRefused, readV4Ranges, readV6Ranges } from './read-ranges.js';

const fileOf = (version: 4 | 6): Buffer =>
  readFileSync(createRequire(import.meta.url).resolve(`@ip-location-db/asn-country/asn-country-ipv${version}-num.csv`));
const book = new CountryBook((error) => {
  throw error;
});

describe('an address', () => {
  it.each([
    ['203.0.113.7', { version: 4, value: 0xcb007107 }],
    ['::ffff:203.0.113.7', { version: 4, value: 0xcb007107 }],
    ['::ffff:cb00:7107', { version: 4, value: 0xcb007107 }],
    ['2001:db8:7::1', { version: 6, value: 0x20010db800070000n }],
    ['2001:db8:7:8:9:a:b:c', { version: 6, value: 0x20010db800070008n }],
    ['fe80::1%eth0', { version: 6, value: 0xfe80000000000000n }],
    ['::', { version: 6, value: 0n }],
  ])('%s is read', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each(['', 'localhost', '1.2.3', '1.2.3.256', '2001:db8', '10.0.0.1, 8.8.8.8', '::g'])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(networkKind(text)).toBeUndefined();
  });

  it.each([
    ['8.8.8.8', 'ipv4'],
    ['2a00:1450::1', 'ipv6'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['172.32.0.1', 'ipv4'],
    ['::1', 'private'],
    ['fd00::1', 'private'],
  ])('%s is of kind %s', (ip, kind) => {
    expect(networkKind(ip)).toBe(kind);
  });
});

describe('the book of countries', () => {
  it.each([
    ['8.8.8.8', 'US'],
    ['193.99.144.80', 'DE'],
    ['2a00:1450:4001::1', 'IE'],
    ['::ffff:193.99.144.80', 'DE'],
  ])('has %s in %s', async (ip, country) => {
    expect(await book.countryOf(ip)).toBe(country);
  });

  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '192.168.0.1',
    '100.64.3.4',
    '::1',
    'fe80::1',
    'fd12::1',
    '255.255.255.255',
    '',
    'x',
  ])('has %j in no country', async (ip) => {
    expect(await book.countryOf(ip)).toBeUndefined();
  });

  it.each([4, 6] as const)(
    'finds the first and the last address of every range of version %d, and none between',
    (version) => {
      const lines = fileOf(version).toString().trim().split('\n');
      const ranges = version === 4 ? readV4Ranges(fileOf(4)) : readV6Ranges(fileOf(6));
      const numberOf = (text: string): number | bigint => (version === 4 ? Number(text) : BigInt(text) >> 64n);
      const find = (address: number | bigint): string | undefined => ranges.find(address as never);
      let wrong = 0;
      let lastBefore: number | bigint | undefined;
      for (const line of lines) {
        const [from, to, country] = line.split(',') as [string, string, string];
        const [first, last] = [numberOf(from), numberOf(to)];
        if (find(first) !== country || find(last) !== country) wrong += 1;
        const gap = version === 4 ? Number(first) - 1 : BigInt(first) - 1n;
        if (lastBefore !== undefined && gap > lastBefore && find(gap) !== undefined) wrong += 1;
        lastBefore = last;
      }
      expect([wrong, ranges.length]).toEqual([0, lines.length]);
    },
  );

  it('finds what a search from the beginning finds, whatever the ranges', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 50 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 3_000 }), (gaps, address) => {
        let next = 0;
        const ranges = gaps.map(([gap, size], index) => {
          const first = next + gap;
          next = first + size;
          return { first, last: next, country: `${'ABC'[index % 3]}X` };
        });
        const csv = ranges.map(({ first, last, country }) => `${first},${last},${country}\n`).join('');
        const expected = ranges.find(({ first, last }) => address >= first && address <= last)?.country;
        expect(readV4Ranges(Buffer.from(csv)).find(address)).toBe(expected);
      }),
    );
  });

  it.each([
    ['5,9,DE\n1,3,FR\n', 'out of order'],
    ['1,9,DE\n5,12,FR\n', 'out of order'],
    ['1,9\n', 'three fields'],
    ['1,9,DEU\n10,12,FR\n', 'ends late'],
  ])('refuses %j', (csv, why) => {
    expect(() => readV4Ranges(Buffer.from(csv))).toThrow(RangesRefused);
    expect(() => readV4Ranges(Buffer.from(csv))).toThrow(why);
  });

  it('keeps less than 3 MB', () => {
    const bytes = readV4Ranges(fileOf(4)).length * (4 + 4 + 1) + readV6Ranges(fileOf(6)).length * (8 + 8 + 1);
    expect(bytes).toBeLessThan(3_000_000);
  });
});
