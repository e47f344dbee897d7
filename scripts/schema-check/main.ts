/**
 * `npm run schema:check` fails when prisma/schema, prisma/migrations and prisma/catalog.snapshot.txt do not tell the same
 * story; with `--update` it rewrites the snapshot. Runs on a Postgres of its own that is thrown away.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { checkSchema } from './check-schema.ts';
import { readSchemaFiles } from './prisma-ddl.ts';

const prisma = join(import.meta.dirname, '..', '..', 'prisma');
const snapshotFile = join(prisma, 'catalog.snapshot.txt');
const update = process.argv.includes('--update');

const folder = await mkdtemp(join(tmpdir(), 'signalbox-schema-'));
const server = await PostgresServer.open({
  directory: join(folder, 'pg'),
  port: 0,
  throwaway: true,
  settings: { fsync: 'off' },
});
try {
  const { drift, snapshotDiff, snapshot } = await checkSchema({
    serverUrl: server.url(),
    schema: await readSchemaFiles(join(prisma, 'schema')),
    migrationsFolder: join(prisma, 'migrations'),
    snapshotFile,
  });
  report('prisma/schema and prisma/migrations disagree', drift, 'Change the model, or add a migration.');
  if (update) {
    await writeFile(snapshotFile, snapshot);
    console.log(
      `prisma/catalog.snapshot.txt ${snapshotDiff.length === 0 ? 'was up to date' : 'rewritten; review its diff'}`,
    );
  } else {
    report(
      'prisma/catalog.snapshot.txt and prisma/migrations disagree (- snapshot, + database)',
      snapshotDiff,
      'If the change is wanted, run: npm run schema:check -- --update',
    );
  }
  if (process.exitCode === undefined) console.log('schema, migrations and snapshot agree');
} finally {
  await server.discard();
  await rm(folder, { recursive: true, force: true });
}

function report(title: string, lines: readonly string[], remedy: string): void {
  if (lines.length === 0) return;
  process.exitCode = 1;
  console.error([title, ...lines.map((line) => `  ${line}`), remedy, ''].join('\n'));
}
