import fc from 'fast-check';
import type { ApiDocument } from '../../api/source/services.ts';
import { resolve, type Schema, takesNothing } from './schema.js';

/** Values that fields of a name really have: ids of things that exist. */
export type Known = Readonly<Record<string, readonly string[]>>;

const DEEPEST = 6;
const LONGEST = 60;
const MOST_ITEMS = 4;
/** 2020 to 2060: on either side of now. */
const TIMES = { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2060-01-01T00:00:00Z'), noInvalidDate: true };
const ADDRESSES = [
  'https://example.com/',
  'https://hooks.example.com/a?b=c',
  'http://127.0.0.1:1024/x',
  'com.example.app:/callback',
];

/** Values that a schema takes. What is checked beyond the schema (a time in the past, two members that exclude each other) may refuse them. */
export function validValues(
  document: ApiDocument,
  known: Known,
  schema: Schema,
  name = '',
  depth = 0,
): fc.Arbitrary<unknown> {
  const inside = (part: Schema, of = name) => validValues(document, known, part, of, depth + 1);
  const plain = resolve(document, schema);
  if ('const' in plain) return fc.constant(plain.const);
  if (plain.enum !== undefined) return fc.constantFrom(...plain.enum);
  const either = plain.anyOf ?? plain.oneOf;
  if (either !== undefined) return fc.oneof(...either.map((part) => inside(part)));
  switch (Array.isArray(plain.type) ? plain.type[0] : plain.type) {
    case 'string':
      return texts(plain, known[name]);
    case 'integer':
      return fc.integer({
        min: Math.max(plain.minimum ?? -5, -(2 ** 31)),
        max: Math.min(plain.maximum ?? 1_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: plain.minimum ?? -1e6, max: plain.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { minItems = 0, maxItems = MOST_ITEMS, items = {} } = plain;
      return fc.array(inside(items), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, MOST_ITEMS)),
      });
    }
    case 'object':
      return depth > DEEPEST ? fc.constant({}) : objects(plain, inside);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects(schema: Schema, inside: (part: Schema, of?: string) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const members = Object.entries(properties).filter(([, member]) => !takesNothing(member));
  const declared = fc.record(Object.fromEntries(members.map(([name, member]) => [name, inside(member, name)])), {
    requiredKeys: required as never[],
  });
  if (typeof additionalProperties !== 'object') return declared;
  const named =
    propertyNames === undefined ? fc.string({ maxLength: 12 }) : (inside(propertyNames, '') as fc.Arbitrary<string>);
  // Refused wherever they stand, before anything is looked at that a schema says.
  const keys = named.filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
  const more = fc.dictionary(keys, inside(additionalProperties, ''), { maxKeys: 3, noNullPrototype: true });
  return fc.tuple(more, declared).map(([some, others]) => ({ ...some, ...others }));
}

function texts(
  { format, pattern, contentEncoding, minLength = 0, maxLength = Infinity }: Schema,
  known: readonly string[] = [],
): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date(TIMES).map((date) => date.toISOString());
  if (format === 'uri') return fc.constantFrom(...ADDRESSES);
  if (format === 'email') return fc.constantFrom('ann@example.com', 'b.o-b+1@mail.example.co');
  const [min, max] = [minLength, Math.max(minLength, Math.min(maxLength, LONGEST))];
  if (pattern !== undefined) {
    // As long as it must be, rather than thrown away for being too short.
    const exact = pattern.replace(/[+*]\$$/, `{${min},${max}}$`);
    return fc.stringMatching(new RegExp(exact)).filter(({ length }) => length >= min && length <= maxLength);
  }
  if (contentEncoding !== undefined)
    return fc.base64String({ minLength: min, maxLength: max }).map((text) => Buffer.from(text).toString('base64url'));
  const anything = fc.oneof(
    fc.string({ minLength: min, maxLength: max }),
    fc.string({ unit: 'grapheme', minLength: min, maxLength: max }),
  );
  return known.length === 0
    ? anything
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: anything });
}
