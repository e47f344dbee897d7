import { describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { readWithin } from './read-within.js';

describe('reading within a time', () => {
  const postgres = usePostgres();

  it('answers, or says that it took longer; and the transaction goes on, with its own limit', async () => {
    await postgres.database().transaction(async (tx) => {
      const limit = async () =>
        (await tx.query<{ limit: string }>(`SELECT current_setting('statement_timeout') AS limit`)).rows;
      const before = await limit();
      await tx.query('CREATE TEMPORARY TABLE kept AS SELECT 1 AS n');
      const quick = await readWithin(tx, 5_000, async () => (await tx.query('SELECT n FROM kept')).rows);
      expect(quick).toEqual([{ n: 1 }]);
      expect(await readWithin(tx, 20, () => tx.query('SELECT pg_sleep(5)'))).toBeUndefined();
      expect(await limit()).toEqual(before);
      expect((await tx.query('SELECT n FROM kept')).rowCount).toBe(1);
      await tx.query('SAVEPOINT aside');
      await expect(readWithin(tx, 5_000, () => tx.query('SELECT nonsense'))).rejects.toMatchObject({ code: '42703' });
      await tx.query('ROLLBACK TO SAVEPOINT aside');
    });
  });
});
