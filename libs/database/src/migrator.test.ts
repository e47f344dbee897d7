import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { type LongTransaction, migrate, MigrationFailed } from './migrator.js';

describe('a migration that has to wait for a lock', () => {
  const postgres = usePostgres();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await postgres.database().query('CREATE TABLE busy (id int)');
    await postgres.database().query('TRUNCATE _prisma_migrations');
    await mkdir(join(folder, '1_busy'));
    await writeFile(
      join(folder, '1_busy', 'migration.sql'),
      'CREATE TABLE made (); ALTER TABLE busy ADD COLUMN more int',
    );
  });
  afterEach(async () => {
    for (const table of ['busy', 'made']) await postgres.database().query(`DROP TABLE IF EXISTS ${table}`);
    await rm(folder, { recursive: true });
  });
  const isThere = async (table: string) =>
    (await postgres.database().query('SELECT to_regclass($1) IS NOT NULL AS there', [table])).rows;
  /** Runs while another transaction has read the table, which ends when `work` has. */
  const whileBusy = (work: () => Promise<void>) =>
    postgres.database().transaction(async (tx) => {
      await tx.query('SELECT FROM busy');
      await work();
    });

  it('gives way to who came after, says who is in its way, and is applied when the table is free', async () => {
    let applied: Promise<string[]> | undefined;
    let oldest: readonly LongTransaction[] = [];
    await whileBusy(async () => {
      await new Promise<void>((waited) => {
        applied = migrate(postgres.url(), folder, {
          ...{ lockTimeoutMs: 200, betweenTriesMs: 50 },
          onWait: (_migration, inTheWay) => {
            oldest = inTheWay;
            waited();
          },
        });
      });
      // Behind a lock that is waited for this would wait, too: it waits for one try at the most.
      await postgres.database().query('SELECT FROM busy');
      expect(await isThere('made')).toEqual([{ there: false }]);
    });
    expect(await applied).toEqual(['1_busy']);
    expect(oldest).toMatchObject([{ state: 'idle in transaction', pid: expect.any(Number) }]);
  });

  it('fails when its patience is at its end, and has left nothing behind', async () => {
    await whileBusy(async () => {
      const failed = await migrate(postgres.url(), folder, { lockTimeoutMs: 20, patienceMs: 0 }).catch(
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(MigrationFailed);
      expect((failed as Error).message).toMatch(/1_busy failed and was rolled back: .*lock timeout/);
    });
    expect(await isThere('made')).toEqual([{ there: false }]);
  });
});
