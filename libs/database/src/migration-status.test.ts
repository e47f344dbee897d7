import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { OWN_MIGRATIONS, readMigrationStatus } from './migration-status.js';

describe('the status of migrations', () => {
  const postgres = usePostgres();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await cp(OWN_MIGRATIONS, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));
  const status = () => readMigrationStatus(postgres.database(), folder);

  it('is in order where all are applied', async () => {
    expect(await status()).toMatchObject({ pending: [], changed: [], unknown: [], unfinished: [] });
  });

  it('names what is pending, what was changed, and what is of a later version', async () => {
    const [first, second] = ['20261122000000_event_log', '20261122000200_push'];
    await writeFile(join(folder, first, 'migration.sql'), '-- another');
    await rm(join(folder, second), { recursive: true });
    await mkdir(join(folder, '20990101000000_later'));
    await writeFile(join(folder, '20990101000000_later', 'migration.sql'), 'SELECT 1');
    expect(await status()).toMatchObject({ pending: ['20990101000000_later'], changed: [first], unknown: [second] });
  });
});
