import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** Two migrators never run at once; the key is arbitrary but fixed. */
const MIGRATION_LOCK = 7_201_125;

/** A migration did not apply; everything it did was rolled back. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';

  constructor(migration: string, cause: unknown) {
    super(
      `migration ${migration} failed and was rolled back: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/**
 * Applies the SQL files of `prisma/migrations` that this database has not seen, in the order of their names, each in
 * one transaction, and records them in Prisma's own `_prisma_migrations`, so that `prisma migrate deploy` and this
 * function can take turns on one database. Needs no engine download.
 *
 * @returns the names applied now.
 * @throws MigrationFailed, or an error naming a migration whose file changed after it was applied.
 */
export async function migrate(url: string, migrationsDirectory: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'signalbox-migrator' });
  await client.connect();
  try {
    // A role may have a time limit of its own, and a migration takes as long as it takes.
    await client.query('SET statement_timeout = 0');
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(CREATE_LEDGER);
    return await applyPending(client, await readMigrations(migrationsDirectory));
  } finally {
    await client.end();
  }
}

/** A file of the folder. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** In the order in which they are applied. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function applyPending(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  const fresh: string[] = [];
  for (const migration of migrations) {
    const known = applied.get(migration.name);
    if (known === undefined) {
      await applyOne(client, migration);
      fresh.push(migration.name);
    } else if (known !== migration.checksum) {
      throw new Error(`migration ${migration.name} was changed after it had been applied; add a new migration instead`);
    }
  }
  return fresh;
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new MigrationFailed(migration.name, error);
  }
}

/** The ledger exactly as Prisma Migrate makes it. */
const CREATE_LEDGER = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  varchar(36) PRIMARY KEY,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;
