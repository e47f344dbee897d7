import { describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { askTogether, isAskedTogether } from './ask-together.js';
import type { Sql } from './sql.js';

describe('questions of one turn', () => {
  const postgres = usePostgres();

  function counted(): { sql: Sql; texts: string[] } {
    const texts: string[] = [];
    const database = postgres.database();
    const sql: Sql = {
      query: (text, params) => {
        texts.push(text);
        return database.query(text, params);
      },
    };
    return { sql, texts };
  }
  const isLess = (one: number, another: number) => ({ asks: '$1::int < $2::int', params: [one, another] });
  const isNothing = { asks: 'SELECT NULL::boolean' };

  it('are one statement, and each has its own parameters and answer', async () => {
    const { sql, texts } = counted();
    const answers = await Promise.all(
      [isLess(1, 2), { asks: '$1 = 1', params: [1] }, isLess(2, 1), isNothing].map((each) => askTogether(sql, each)),
    );
    expect(answers).toEqual([true, true, false, false]);
    expect(texts).toHaveLength(1);
    expect(texts.every(isAskedTogether)).toBe(true);
    expect(await askTogether(sql, isLess(0, 1))).toBe(true);
    expect(texts).toHaveLength(2);
  });

  it('that are the same are asked once, and the order in which they come makes no other statement', async () => {
    const { sql, texts } = counted();
    const both = (first: object, second: object) =>
      Promise.all([first, second, first].map((each) => askTogether(sql, each as never)));
    expect(await both(isNothing, isLess(1, 2))).toEqual([false, true, false]);
    expect(await both(isLess(1, 2), isNothing)).toEqual([true, false, true]);
    expect(texts).toHaveLength(2);
    expect(new Set(texts).size).toBe(1);
  });

  it('do not fail with one that cannot be answered', async () => {
    const { sql } = counted();
    const broken = askTogether(sql, { asks: 'SELECT true FROM no_such_table' });
    const answers = [isLess(1, 2), isLess(2, 1)].map((each) => askTogether(sql, each));
    await expect(broken).rejects.toThrow('no_such_table');
    expect(await Promise.all(answers)).toEqual([true, false]);
  });

  it('do not wait for one that stands behind a lock, and neither do those of the next turns', async () => {
    const { sql, texts } = counted();
    await postgres.database().query('CREATE TABLE locked (id int)');
    const isLocked = { asks: 'SELECT true FROM locked LIMIT 1' };
    let behind: Promise<boolean> | undefined;
    await postgres.database().transaction(async (tx) => {
      await tx.query('LOCK TABLE locked');
      behind = askTogether(sql, isLocked);
      expect(await askTogether(sql, isLess(1, 2))).toBe(true);
      expect(texts).toHaveLength(3);
      expect(await Promise.all([isLess(2, 1), isLess(3, 4)].map((each) => askTogether(sql, each)))).toEqual([
        false,
        true,
      ]);
      expect(texts).toHaveLength(5);
    });
    expect(await behind).toBe(false);
  });
});
