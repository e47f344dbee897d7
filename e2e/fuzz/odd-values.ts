import fc from 'fast-check';

/**
 * Text that stands for JSON which no JavaScript value is: `raw()` puts it between quotes, and `jsonText` takes the quotes off again.
 */
const MARK = '\u2402raw:';
const raw = (json: string): string => `${MARK}${json}`;

/** As deep as a body of 256 KiB can be. */
const DEEP = 20_000;

const STRINGS = [
  ...['', ' ', '\t', 'null', 'NaN', 'true', '0', '-1', '1e3', '0x10', '[object Object]', 'undefined'],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud83d',
    '\udc00x',
    '\u202e',
    '\ufeff',
    '👩‍👩‍👧‍👦',
    'Ａ',
    'İ',
    'ß',
    'ﷺ'.repeat(40),
    '\u0301'.repeat(300),
  ],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE app; --',
    '../../etc/passwd',
    '..\\..\\',
    '%00',
    '%2e%2e%2f',
    '${7*7}',
    '{{7*7}}',
    '{0}',
    '$where',
  ],
  ...[
    '<script>alert(1)</script>',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://169.254.169.254/',
    'http://[::1]:22/',
    '//x',
  ],
  ...['a\r\nX-Injected: 1', '=1+1', '@x', '__proto__', 'constructor', 'hasOwnProperty', '*', '.', '..', '/', '\\', ','],
  // Times that are none, or none that Postgres or JavaScript can tell.
  ...[
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2016-12-31T23:59:60Z',
  ],
  ...[
    '+275760-09-13T00:00:00.001Z',
    '-000001-01-01T00:00:00Z',
    '294277-01-01T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
  ],
  ...['2026-01-01T00:00:00+23:59', '2026-01-01T00:00:00.123456789012345678901234567890Z', '1970-01-01T00:00:00Z'],
];

const NUMBERS = [
  ...[0, -0, -1, 1, 1.5, 0.1, 255, 256, 32_767, 32_768, 65_536, 2_147_483_647, 2_147_483_648, -2_147_483_649],
  ...[Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, Number.MIN_SAFE_INTEGER, 1e21, 1e300, Number.MIN_VALUE],
];

/** What JSON can say and a JavaScript number cannot hold, or says otherwise. */
const RAW = [
  ...[
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775809',
    '18446744073709551616',
    '1e400',
    '-1e400',
    '1e-400',
  ],
  ...['-0', '1.0', '1E5', '123456789012345678901234567890', `1${'0'.repeat(400)}`],
  ...[
    `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
    `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    '{"a":1,"a":2}',
    '{"__proto__":{"admin":true}}',
  ],
  ...['{"constructor":{"prototype":{"admin":true}}}', '"\\u0000"', '"\\ud800"'],
].map(raw);

/** Almost never what a field takes. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>(...STRINGS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...NUMBERS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...RAW) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}], { '': '' }) },
  { weight: 1, arbitrary: fc.nat(3).map((size) => 'x'.repeat([65, 257, 5_000, 40_000][size]!)) },
  { weight: 1, arbitrary: fc.nat(2).map((size) => Array.from({ length: [21, 501, 3_000][size]! }, () => 'x')) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...STRINGS) },
  { weight: 1, arbitrary: fc.constantFrom(...NUMBERS).map(String) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(300), 'x'.repeat(513), 'x'.repeat(4_000)) },
);

/** Names of members that no schema has, some of which mean something to JavaScript. */
export const oddName = fc.constantFrom(
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'then', 'toJSON'],
  ...['colour', '', ' ', '$where', 'a\u0000', '\ud800', 'role', 'appId', 'isAdmin', '0', 'length'],
);

/** JSON, with what was marked as raw in it as it is, and with `__proto__` among the names. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_key, member: unknown) => member);
  return text.replaceAll(new RegExp(`"${MARK}((?:[^"\\\\]|\\\\.)*)"`, 'g'), (_all, inner: string) =>
    String(JSON.parse(`"${inner}"`)),
  );
}
