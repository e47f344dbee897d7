import { fileURLToPath } from 'node:url';
import { readMigrations } from './migrator.js';
import type { Sql } from './sql.js';

/** Those of this version, which lie beside its libraries wherever it is installed. */
export const OWN_MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** How a database and a folder of migrations stand to each other; names in order. */
export interface MigrationStatus {
  readonly applied: number;
  /** In the folder, and not in the database. */
  readonly pending: readonly string[];
  /** Their files are others than were applied. */
  readonly changed: readonly string[];
  /** In the database, and not in the folder: it is of a later version. */
  readonly unknown: readonly string[];
  readonly unfinished: readonly string[];
}

/** Compares, and changes nothing. A database without a ledger of migrations has none. */
export async function readMigrationStatus(sql: Sql, directory: string): Promise<MigrationStatus> {
  const files = new Map((await readMigrations(directory)).map(({ name, checksum }) => [name, checksum]));
  const ledger = await sql.query<{ exists: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`);
  const { rows } = ledger.rows[0]!.exists
    ? await sql.query<{ name: string; checksum: string; finished: boolean }>(APPLIED)
    : { rows: [] };
  const applied = new Map(rows.filter(({ finished }) => finished).map(({ name, checksum }) => [name, checksum]));
  return {
    applied: applied.size,
    pending: [...files.keys()].filter((name) => !applied.has(name)),
    changed: [...applied]
      .filter(([name, checksum]) => (files.get(name) ?? checksum) !== checksum)
      .map(([name]) => name),
    unknown: [...applied.keys()].filter((name) => !files.has(name)),
    unfinished: rows.filter(({ name, finished }) => !finished && !applied.has(name)).map(({ name }) => name),
  };
}

const APPLIED = `
  SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations
  WHERE rolled_back_at IS NULL ORDER BY migration_name`;
