import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { migrate } from '@signalbox/database';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { type Digest, fileOf, type Manifest } from './backup.ts';
import {
  copyIn,
  digestOf,
  emptyTables,
  END_OF_TIME,
  LOG_DIGEST,
  makePartition,
  SEEN_BY_READERS,
  SET_SEQUENCE,
  WITH_TRIGGERS,
  WITHOUT_TRIGGERS,
} from './backup.queries.ts';

/** What is in the restored database that was not in the backup, or the other way round; empty when they are the same. */
export interface Restored {
  readonly differences: readonly string[];
  /** Migrations of this version that the backup's did not have. */
  readonly migratedOn: readonly string[];
}

/** Loads a backup into an empty database, does what docs/runbooks/restore.md asks for after it, and compares. */
export async function restoreBackup(
  databaseUrl: string,
  folder: string,
  manifest: Manifest,
  prisma: string,
): Promise<Restored> {
  await migrateTo(databaseUrl, join(prisma, 'migrations'), manifest.migrations);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'signalbox-restore' });
  await client.connect();
  const differences: string[] = [];
  const compare = (what: string, was: Digest, is: Digest | undefined): void => {
    if (is?.rows !== was.rows) differences.push(`${what}: ${was.rows} rows became ${is?.rows ?? 'none'}`);
    else if (is.digest !== was.digest) differences.push(`${what}: its ${was.rows} rows are not the same`);
  };
  const digestBy = async (text: string, values: unknown[] = []): Promise<Digest | undefined> =>
    (await client.query<Digest>(text, values)).rows[0];
  try {
    await client.query(`SET TIME ZONE 'UTC'`);
    await client.query(WITHOUT_TRIGGERS);
    await client.query(emptyTables(manifest.tables.map(({ name }) => name)));
    for (const { parent, name, bounds } of manifest.partitions) await client.query(makePartition(parent, name, bounds));
    for (const { name, columns } of manifest.tables) {
      await pipeline(
        createReadStream(join(folder, fileOf(name))),
        client.query(copyStreams.from(copyIn(name, columns))),
      );
    }
    for (const { name, value } of manifest.sequences) await client.query(SET_SEQUENCE, [name, value]);
    await client.query(WITH_TRIGGERS);
    for (const table of manifest.tables) compare(table.name, table, await digestBy(digestOf(table.name)));
    compare('the log up to the horizon', manifest.log.throughHorizon, await digestBy(LOG_DIGEST, [manifest.horizon]));
    await client.query(await readFile(join(prisma, 'restore', 'after-restore.sql'), 'utf8'));
    const whole = await digestBy(LOG_DIGEST, [END_OF_TIME]);
    compare('the log after it was given a new life', manifest.log.whole, whole);
    const { rows } = await client.query<{ rows: string }>(SEEN_BY_READERS);
    if (rows[0]?.rows !== whole?.rows)
      differences.push(`readers of the feed see ${rows[0]?.rows} of ${whole?.rows} events`);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
  return { differences, migratedOn: await migrate(databaseUrl, join(prisma, 'migrations')) };
}

/** The migrations that the backup's database had, and no later one: rows have to fit. */
async function migrateTo(databaseUrl: string, migrations: string, names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-migrations-'));
  try {
    for (const name of names) {
      if (!existsSync(join(migrations, name)))
        throw new Error(`the backup is of a later version, with a migration ${name}`);
      await cp(join(migrations, name), join(folder, name), { recursive: true });
    }
    await migrate(databaseUrl, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
