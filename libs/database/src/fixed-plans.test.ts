import { expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { openDatabase } from './pg-database.js';

const postgres = usePostgres();

const find = (table: string): string => `EXPLAIN (GENERIC_PLAN) SELECT FROM ${table} WHERE id = $1`;

it('a fixed plan that is made while a table is empty goes by its index', async () => {
  // An address may have settings of its own.
  const url = `${postgres.url()}?options=${encodeURIComponent('-c work_mem=5MB')}`;
  const options = { url, name: 'plans', onIdleError: () => undefined };
  const [fixed, ordinary] = [openDatabase({ ...options, fixedPlans: true }), openDatabase(options)];
  try {
    await ordinary.query('CREATE TABLE emptied (id int PRIMARY KEY)');
    await ordinary.query('VACUUM ANALYZE emptied');
    const planOf = async (database: typeof fixed) => {
      const { rows } = await database.query<{ 'QUERY PLAN': string }>(find('emptied'));
      return rows.map((row) => row['QUERY PLAN'].trim().split('  ')[0]);
    };
    expect((await planOf(ordinary))[0]).toBe('Seq Scan on emptied');
    expect((await planOf(fixed))[0]).toMatch(/^(Index|Bitmap) /);
    const { rows } = await fixed.query('SHOW plan_cache_mode');
    expect(rows).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
    expect((await fixed.query('SHOW work_mem')).rows).toEqual([{ work_mem: '5MB' }]);
  } finally {
    await Promise.all([fixed.close(), ordinary.close()]);
  }
});
