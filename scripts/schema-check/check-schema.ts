import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { migrate } from '@signalbox/database';
import pg from 'pg';
import { type Catalog, readCatalog } from './catalog.ts';
import { differences } from './compare.ts';
import { lineDiff } from './line-diff.ts';
import { type SchemaFile, ddlOfPrismaSchema } from './prisma-ddl.ts';
import { snapshotOf } from './snapshot.ts';

export interface SchemaCheck {
  /** A server on which databases may be made and dropped. */
  readonly serverUrl: string;
  readonly schema: readonly SchemaFile[];
  readonly migrationsFolder: string;
  readonly snapshotFile: string;
  /** Statements to run after the migrations: how the test plants a drift. */
  readonly afterMigrations?: string;
}

export interface SchemaVerdict {
  /** Where prisma/schema and the migrations disagree. */
  readonly drift: readonly string[];
  /** Where the committed snapshot and the migrations disagree. */
  readonly snapshotDiff: readonly string[];
  /** What the snapshot should be. */
  readonly snapshot: string;
}

/**
 * Builds two databases, one by Prisma's engine from the model and one by our migrations, and compares their catalogs.
 *
 * @throws PrismaSchemaRefused or MigrationFailed when one of them cannot be built.
 */
export async function checkSchema(check: SchemaCheck): Promise<SchemaVerdict> {
  const model = await inScratchDatabase(check.serverUrl, async (url) => {
    const ddl = await ddlOfPrismaSchema(check.schema, url);
    return catalogAfter(url, ddl);
  });
  const migrated = await inScratchDatabase(check.serverUrl, async (url) => {
    await migrate(url, check.migrationsFolder);
    return catalogAfter(url, check.afterMigrations ?? '');
  });
  const snapshot = snapshotOf(migrated);
  const committed = await readFile(check.snapshotFile, 'utf8').catch(() => '');
  return { drift: differences(model, migrated), snapshotDiff: lineDiff(committed, snapshot), snapshot };
}

async function catalogAfter(url: string, statements: string): Promise<Catalog> {
  return withClient(url, async (client) => {
    await client.query(statements);
    return readCatalog(client);
  });
}

async function inScratchDatabase<Result>(serverUrl: string, work: (url: string) => Promise<Result>): Promise<Result> {
  const name = `schema_check_${randomBytes(6).toString('hex')}`;
  await withClient(serverUrl, (server) => server.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  try {
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await withClient(serverUrl, (server) => server.query(`DROP DATABASE ${name}`));
  }
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'signalbox-schema-check' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
