import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { z } from 'zod';
import {
  BEGIN_SNAPSHOT,
  copyOut,
  digestOf,
  END_OF_TIME,
  HORIZON,
  LOG_DIGEST,
  MIGRATIONS,
  PARTITIONS,
  SEQUENCES,
  TABLES,
} from './backup.queries.ts';

const digest = z.object({ rows: z.string(), digest: z.string() });
export type Digest = z.output<typeof digest>;

const manifestSchema = z.object({
  format: z.literal(1),
  madeAt: z.string(),
  version: z.string(),
  horizon: z.string(),
  migrations: z.array(z.string()),
  partitions: z.array(z.object({ parent: z.string(), name: z.string(), bounds: z.string() })),
  sequences: z.array(z.object({ name: z.string(), value: z.string() })),
  tables: z.array(
    digest.extend({ name: z.string(), columns: z.array(z.string()), bytes: z.number(), sha256: z.string() }),
  ),
  /** The event log up to the feed's horizon, and all of it. */
  log: z.object({ throughHorizon: digest, whole: digest }),
});
/** What a backup holds: one file a table beside it. */
export type Manifest = z.output<typeof manifestSchema>;

const MANIFEST = 'manifest.json';

/**
 * Takes a logical copy of one moment while everything goes on: COPY of each table in one snapshot. Written last, the manifest says
 * that it is whole.
 */
export async function takeBackup(databaseUrl: string, folder: string): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'signalbox-backup' });
  await client.connect();
  try {
    await client.query(`SET TIME ZONE 'UTC'`);
    await client.query(BEGIN_SNAPSHOT);
    const rowsOf = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
      (await client.query(text, values)).rows as Row[];
    const [moment] = await rowsOf<{ horizon: string; version: string; at: Date }>(HORIZON);
    const tables: Manifest['tables'] = [];
    for (const { name, columns } of await rowsOf<{ name: string; columns: string[] }>(TABLES)) {
      const written = await copyToFile(client, copyOut(name, columns), join(folder, fileOf(name)));
      const [counted] = await rowsOf<Digest>(digestOf(name));
      tables.push({ name, columns, ...counted!, ...written });
    }
    const manifest: Manifest = {
      format: 1,
      madeAt: moment!.at.toISOString(),
      version: moment!.version,
      horizon: moment!.horizon,
      migrations: (await rowsOf<{ name: string }>(MIGRATIONS)).map(({ name }) => name),
      partitions: await rowsOf(PARTITIONS),
      sequences: await rowsOf(SEQUENCES),
      tables,
      log: {
        throughHorizon: (await rowsOf<Digest>(LOG_DIGEST, [moment!.horizon]))[0]!,
        whole: (await rowsOf<Digest>(LOG_DIGEST, [END_OF_TIME]))[0]!,
      },
    };
    await client.query('ROLLBACK');
    await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, null, 2), { mode: 0o600 });
    return manifest;
  } finally {
    await client.end();
  }
}

/** @throws when there is no whole backup, or a file of it is another than was written. */
export async function openBackup(folder: string): Promise<Manifest> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  for (const { name, sha256 } of manifest.tables) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, fileOf(name))), hash);
    if (hash.digest('hex') !== sha256) throw new Error(`${fileOf(name)} of the backup is damaged`);
  }
  return manifest;
}

export function fileOf(table: string): string {
  return `${table}.copy`;
}

async function copyToFile(client: pg.Client, copy: string, file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(client.query(copyStreams.to(copy)), counting, createWriteStream(file, { mode: 0o600 }));
  return { bytes, sha256: hash.digest('hex') };
}
