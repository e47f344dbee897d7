import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import fc from 'fast-check';
import { boolArray, bytesArray, intArray, jsonbArray, textArray, timestampArray, uuidArray } from './binary-arrays.js';

const postgres = usePostgres();
const echo = async (type: string, array: Buffer): Promise<unknown> => {
  const { rows } = await postgres.database().query<{ sent: unknown }>(`SELECT $1::${type}[] AS sent`, [array]);
  return rows[0]!.sent;
};
/** Postgres stores no NUL, and a lone surrogate is no text. */
const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0') && each.isWellFormed());

describe('arrays in binary form', () => {
  it('arrive as they were: texts of any length and script, quotes, braces and nulls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
        expect(await echo('text', textArray(values))).toEqual(values);
      }),
      { numRuns: 50 },
    );
    expect(await echo('text', textArray(['', '{}', '"', '\\', 'NULL', null]))).toEqual([
      ...['', '{}', '"', '\\', 'NULL', null],
    ]);
  });

  it('arrive as they were: bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.uint8Array())), async (values) => {
        const bytes = values.map((value) => value && Buffer.from(value));
        expect(await echo('bytea', bytesArray(bytes))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it('arrive as they were: JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.dictionary(text, text))), async (values) => {
        const texts = values.map((value) => value && JSON.stringify(value));
        expect(await echo('jsonb', jsonbArray(texts))).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  it('arrive as they were: yes and no, and moments before and after the one that Postgres counts from', async () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean()), fc.array(date), async (flags, dates) => {
        expect(await echo('bool', boolArray(flags))).toEqual(flags);
        expect(await echo('timestamptz', timestampArray(dates))).toEqual(dates);
      }),
      { numRuns: 50 },
    );
    expect(() => timestampArray([new Date(Number.NaN)])).toThrow(RangeError);
  });

  it('arrive as they were: whole numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), async (values) => {
        expect(await echo('int', intArray(values))).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  it('arrive as they were where one is like the one before it, with and without a null between them', async () => {
    const few = (...values: readonly string[]) => fc.array(fc.option(fc.constantFrom(...values)));
    await fc.assert(
      fc.asyncProperty(
        few('sent', 'größer', ''),
        few(randomUUID(), randomUUID()),
        few('{}', '{"ü": 1}'),
        async (texts, uuids, jsons) => {
          expect(await echo('text', textArray(texts))).toEqual(texts);
          expect(await echo('uuid', uuidArray(uuids))).toEqual(uuids);
          const said = jsons.map((json) => json && (JSON.parse(json) as unknown));
          expect(await echo('jsonb', jsonbArray(jsons))).toEqual(said);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('arrive as they were: UUIDs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.uuid())), async (values) => {
        expect(await echo('uuid', uuidArray(values))).toEqual(values);
      }),
      { numRuns: 50 },
    );
    for (const wrong of [
      '',
      '0192d3c4-0000-7000-8000-00000000000',
      '0192d3c4-0000-7000-8000-00000000000g',
      '0192d3c4-0000-7000-800g-000000000000',
      '0192d3c400000-7000-8000-000000000000',
      '0192d3c4-0000-7000-8000-0000000000000',
      'é192d3c4-0000-7000-8000-000000000000',
      '0'.repeat(36),
    ])
      expect(() => uuidArray([wrong])).toThrow(TypeError);
  });

  it('are refused by the server where one element is not what it says', async () => {
    await expect(echo('jsonb', jsonbArray(['{}', 'no json']))).rejects.toMatchObject({ code: '22P02' });
  });
});
