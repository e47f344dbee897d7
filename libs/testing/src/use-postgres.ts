import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { type Database, openDatabase } from '@signalbox/database';
import pg from 'pg';
import { currentRun } from './run/config.js';

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
    const run = currentRun();
    await onServer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${run.templateName}`));
    const address = new URL(run.postgresUrl);
    address.pathname = name;
    url = address.href;
  }, 60_000);

  afterAll(async () => {
    await pool?.close();
    if (url !== undefined) await onServer((server) => dropOrNameLeaks(server, name));
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

/** Connections to this test database were still open when its file was done. */
class ConnectionsLeaked extends Error {
  override readonly name = 'ConnectionsLeaked';
}

/** DROP DATABASE waits five seconds for others to leave, which is ample for a socket that is just being closed. */
async function dropOrNameLeaks(server: pg.Client, name: string): Promise<void> {
  try {
    await server.query(`DROP DATABASE ${name}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== OBJECT_IN_USE) throw error;
    const { rows } = await server.query<{ application_name: string; state: string; query: string }>(
      'SELECT application_name, state, left(query, 120) AS query FROM pg_stat_activity WHERE datname = $1',
      [name],
    );
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    const who = rows.map((row) => `  - ${row.application_name || '(unnamed)'} (${row.state}): ${row.query}`);
    throw new ConnectionsLeaked(`${rows.length} connection(s) left open at the end of this file:\n${who.join('\n')}`);
  }
}

/** SQLSTATE object_in_use. */
const OBJECT_IN_USE = '55006';

async function onServer<Result>(work: (server: pg.Client) => Promise<Result>): Promise<Result> {
  const server = new pg.Client({ connectionString: currentRun().postgresUrl, application_name: 'signalbox-tests' });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}
