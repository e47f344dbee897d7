import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { type Database, openDatabase } from '@signalbox/database';
import { cloneTemplate, dropClone } from './clone-database.js';

/** A migrated database that belongs to the calling test file alone. */
export interface TestPostgres {
  url(): string;
  /** A pool on it, opened at the first call and closed after the last test. */
  database(): Database;
}

/**
 * Clones the migrated template before the first test of the file (or describe block) and drops the clone after the last.
 * A connection that is still open by then fails the file: whoever forgot to close is named by application and statement.
 */
export function usePostgres(): TestPostgres {
  const name = `test_${randomBytes(6).toString('hex')}`;
  let url: string | undefined;
  let pool: Database | undefined;

  beforeAll(async () => {
    url = await cloneTemplate(name);
  }, 60_000);

  afterAll(async () => {
    await pool?.close();
    if (url !== undefined) await dropClone(name);
  }, 60_000);

  const ready = (): string => {
    if (url === undefined)
      throw new Error('usePostgres() is ready inside hooks and tests only, not while they are collected');
    return url;
  };
  return {
    url: ready,
    database: () => (pool ??= openDatabase({ url: ready(), name: 'test', onIdleError: () => undefined })),
  };
}
