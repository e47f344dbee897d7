import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

/** Two migrators never run at once; the key is arbitrary but fixed. */
const MIGRATION_LOCK = 7_201_125;

/** Whoever waits for a lock holds back everybody who comes after, reading included. So a migration waits this long at a time. Milliseconds. */
const LOCK_TIMEOUT_MS = 2_000;
/** And tries again this much later, so that what was held back gets through. Milliseconds. */
const BETWEEN_TRIES_MS = 3_000;
/** A migration that gets no lock for so long has failed. Milliseconds. */
const PATIENCE_MS = 5 * 60_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Somebody who is in a transaction, and may hold what a migration waits for. */
export interface LongTransaction {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  readonly seconds: number;
}

interface MigrateOptions {
  readonly lockTimeoutMs?: number;
  readonly betweenTriesMs?: number;
  readonly patienceMs?: number;
  /** A migration got no lock in time, was rolled back, and is tried again. With whoever has been in a transaction for longest. */
  readonly onWait?: (migration: string, oldest: readonly LongTransaction[]) => void;
}

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
 * function can take turns on one database. Needs no engine download. A migration that cannot have a lock gives it up after two
 * seconds and is tried again for five minutes, unless told otherwise: it never holds traffic back for longer.
 *
 * @returns the names applied now.
 * @throws MigrationFailed, or an error naming a migration whose file changed after it was applied.
 */
export async function migrate(
  url: string,
  migrationsDirectory: string,
  options: MigrateOptions = {},
): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'signalbox-migrator' });
  await client.connect();
  try {
    // A role may have a time limit of its own, and a migration takes as long as it takes.
    await client.query('SET statement_timeout = 0');
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(CREATE_LEDGER);
    // Behind the migrators' own lock, which one may wait for as long as another works.
    await client.query(`SELECT set_config('lock_timeout', $1, false)`, [
      `${options.lockTimeoutMs ?? LOCK_TIMEOUT_MS}ms`,
    ]);
    return await applyPending(client, await readMigrations(migrationsDirectory), options);
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

async function applyPending(
  client: pg.Client,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<string[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  const fresh: string[] = [];
  for (const migration of migrations) {
    const known = applied.get(migration.name);
    if (known === undefined) {
      await applyInTime(client, migration, options);
      fresh.push(migration.name);
    } else if (known !== migration.checksum) {
      throw new Error(`migration ${migration.name} was changed after it had been applied; add a new migration instead`);
    }
  }
  return fresh;
}

async function applyInTime(client: pg.Client, migration: Migration, options: MigrateOptions): Promise<void> {
  const { betweenTriesMs = BETWEEN_TRIES_MS, patienceMs = PATIENCE_MS, onWait } = options;
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await applyOne(client, migration);
    } catch (error) {
      const { code } = (error as MigrationFailed).cause as { readonly code?: string };
      if (code !== LOCK_NOT_AVAILABLE || performance.now() + betweenTriesMs > giveUpAt) throw error;
    }
    const { rows } = await client.query<LongTransaction>(LONGEST_TRANSACTIONS);
    onWait?.(migration.name, rows);
    await setTimeout(betweenTriesMs);
  }
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

const LONGEST_TRANSACTIONS = `
  SELECT pid, application_name AS application, state, extract(epoch FROM now() - xact_start)::float8 AS seconds
  FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'
  ORDER BY xact_start LIMIT 3`;

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
