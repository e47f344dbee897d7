import { expect, it } from '@jest/globals';
import { insertApp, usePostgres } from '@signalbox/testing';
import { PURGE_METERS } from './judge.queries.js';
import { Meters } from './meters.js';

const postgres = usePostgres();

it('a purge of meters waits for no route, and takes what is idle in its place', async () => {
  const database = postgres.database();
  const appId = await insertApp(database);
  await database.query(
    `INSERT INTO frequency_meter (app_id, subject, category, idle_at)
     SELECT $1, subject, 'news', now() + idle::interval
     FROM (VALUES ('user:ann', '-1 day'), ('user:bob', '-1 day'), ('user:cleo', '1 day')) AS m (subject, idle)`,
    [appId],
  );
  const purge = () =>
    database.transaction(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = '500ms'`);
      return (await tx.query(PURGE_METERS)).rowCount;
    });
  await database.transaction(async (route) => {
    await Meters.lock(route, [{ appId, subject: 'user:bob', category: 'news' }]);
    expect(await purge()).toBe(1);
  });
  const left = await database.query('SELECT subject FROM frequency_meter WHERE app_id = $1 ORDER BY subject', [appId]);
  expect(left.rows).toEqual([{ subject: 'user:bob' }, { subject: 'user:cleo' }]);
  expect(await purge()).toBe(1);
});
