import pg from 'pg';
import { currentRun } from './run/config.js';

/** Makes a database with everything in it that the template has. @returns its connection string. */
export async function cloneTemplate(name: string): Promise<string> {
  const run = currentRun();
  await onServer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${run.templateName}`));
  const address = new URL(run.postgresUrl);
  address.pathname = name;
  return address.href;
}

/** Connections to this test database were still open when its file was done. */
class ConnectionsLeaked extends Error {
  override readonly name = 'ConnectionsLeaked';
}

/**
 * Drops a clone. Postgres waits five seconds for others to leave it, which is ample for a socket that is being closed.
 *
 * @throws ConnectionsLeaked naming who is still connected; the clone is dropped all the same.
 */
export async function dropClone(name: string): Promise<void> {
  await onServer((server) => dropOrNameLeaks(server, name));
}

async function dropOrNameLeaks(server: pg.Client, name: string): Promise<void> {
  try {
    await server.query(`DROP DATABASE ${name}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== OBJECT_IN_USE) throw error;
    const { rows } = await server.query<{ application_name: string; state: string; query: string }>(
      `SELECT application_name, state, left(query, 120) AS query FROM pg_stat_activity
       WHERE datname = $1 AND backend_type = 'client backend'`,
      [name],
    );
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    // Postgres itself may be in it: vacuum comes when it wants to.
    if (rows.length === 0) return;
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
