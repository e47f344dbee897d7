import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { type SchemaVerdict, checkSchema } from './check-schema.ts';
import { lineDiff } from './line-diff.ts';
import { PrismaSchemaRefused, type SchemaFile, readSchemaFiles } from './prisma-ddl.ts';

const prisma = join(import.meta.dirname, '..', '..', 'prisma');

describe('the schema check', () => {
  // Each builds two databases, from the model and from the migrations.
  jest.setTimeout(30_000);
  const postgres = usePostgres();

  async function check(drift: { edit?: [RegExp, string]; sql?: string } = {}): Promise<SchemaVerdict> {
    const files = await readSchemaFiles(join(prisma, 'schema'));
    return checkSchema({
      serverUrl: postgres.url(),
      schema: drift.edit ? edited(files, ...drift.edit) : files,
      migrationsFolder: join(prisma, 'migrations'),
      snapshotFile: join(prisma, 'catalog.snapshot.txt'),
      afterMigrations: drift.sql ?? '',
    });
  }

  it('finds that model, migrations and snapshot of this repository agree', async () => {
    const { drift, snapshotDiff } = await check();
    expect(drift).toEqual([]);
    expect(snapshotDiff).toEqual([]);
  });

  it('sees a column that only the migrations have', async () => {
    const { drift } = await check({ edit: [/^ *bundleId .*\n/m, ''] });
    expect(drift).toEqual(['column device.bundle_id is made by a migration, but missing in prisma/schema (text)']);
  });

  it('sees a column that only the model has', async () => {
    const { drift } = await check({ edit: [/^( *)bundleId /m, '$1nickName String?\n$&'] });
    expect(drift).toEqual(['column device.nickName is in prisma/schema, but no migration makes it (text)']);
  });

  it.each([
    ['a changed type', 'ALTER TABLE device ALTER target TYPE varchar(200)', /column device\.target differs/],
    ['a lost NOT NULL', 'ALTER TABLE device ALTER target DROP NOT NULL', /column device\.target differs/],
    ['a lost default', 'ALTER TABLE app ALTER created_at DROP DEFAULT', /column app\.created_at differs/],
    ['a missing table', 'DROP TABLE hold', /table hold is in prisma\/schema/],
    ['a new table', 'CREATE TABLE surprise (id uuid PRIMARY KEY)', /table surprise is made by a migration/],
    ['a missing index', 'DROP INDEX push_work_root_id_idx', /index push_work_root_id_idx on push_work is in prisma/],
    ['a new index', 'CREATE INDEX surprise ON device (locale)', /index surprise on device is made by a migration/],
    ['a lost unique', 'DROP INDEX api_key_hash_key', /index api_key_hash_key on api_key is in prisma/],
    [
      'another primary key',
      'ALTER TABLE hold DROP CONSTRAINT hold_pkey, ADD PRIMARY KEY (credential_id)',
      /index hold_pkey on hold differs/,
    ],
    [
      'a lost foreign key',
      'ALTER TABLE api_key DROP CONSTRAINT api_key_app_id_fkey',
      /foreign key api_key_app_id_fkey on api_key is in prisma/,
    ],
    [
      'another action of a foreign key',
      `ALTER TABLE api_key DROP CONSTRAINT api_key_app_id_fkey,
         ADD CONSTRAINT api_key_app_id_fkey FOREIGN KEY (app_id) REFERENCES app (id) ON DELETE CASCADE`,
      /foreign key api_key_app_id_fkey on api_key differs/,
    ],
  ])('sees %s in the migrations', async (_what, sql, sentence) => {
    const { drift } = await check({ sql });
    expect(drift.join('\n')).toMatch(sentence);
  });

  it.each([
    [
      'the predicate of a partial index',
      `DROP INDEX device_active_of_user_idx;
       CREATE INDEX device_active_of_user_idx ON device (app_id, user_id) WHERE status <> 'deleted'`,
      [
        "+ table device | index device_active_of_user_idx btree (app_id, user_id) WHERE (status <> 'deleted'::text)",
        "- table device | index device_active_of_user_idx btree (app_id, user_id) WHERE (status = 'active'::text)",
      ],
    ],
    [
      'a lost check',
      'ALTER TABLE app DROP CONSTRAINT app_mode_check',
      ["- table app | constraint app_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text])))"],
    ],
    [
      'a storage parameter',
      'ALTER TABLE delivery_default RESET (fillfactor)',
      [
        '+ table delivery | partition delivery_default DEFAULT',
        '- table delivery | partition delivery_default DEFAULT with (fillfactor=90)',
      ],
    ],
    [
      'a lost partition',
      'DROP TABLE idem_h07',
      ['- table idem | partition idem_h07 FOR VALUES WITH (modulus 16, remainder 7)'],
    ],
    [
      'a function',
      'CREATE FUNCTION surprise() RETURNS int LANGUAGE sql RETURN 1',
      expect.arrayContaining(['+ function surprise()']),
    ],
  ])('sees %s, which Prisma cannot express, in the snapshot', async (_what, sql, lines) => {
    const { drift, snapshotDiff } = await check({ sql });
    expect(drift).toEqual([]);
    expect(snapshotDiff).toEqual(lines);
  });

  it('takes no notice of the partitions of single days', async () => {
    const { drift, snapshotDiff } = await check({
      sql: `CREATE TABLE event_log_p20300101 PARTITION OF event_log
              FOR VALUES FROM ('01b8e9a0-0000-0000-0000-000000000000') TO ('01b8eec6-5c00-0000-0000-000000000000')`,
    });
    expect([...drift, ...snapshotDiff]).toEqual([]);
  });

  it('repeats what Prisma says about a schema that does not parse', async () => {
    const broken = check({ edit: [/^model Device /m, 'modell Device '] });
    await expect(broken).rejects.toThrow(PrismaSchemaRefused);
    await expect(broken).rejects.toThrow(/modell Device/);
  });
});

describe('the diff of two snapshots', () => {
  it('says so when only the order differs', () => {
    expect(lineDiff('table a\n  x int\n  y int\n', 'table a\n  y int\n  x int\n')).toEqual([
      'the same lines in another order',
    ]);
  });

  it('tells equal lines of two tables apart', () => {
    expect(lineDiff('table a\n  x int\ntable b\n  x int\n', 'table a\n  x int\ntable b\n')).toEqual([
      '- table b | x int',
    ]);
  });
});

function edited(files: readonly SchemaFile[], pattern: RegExp, replacement: string): SchemaFile[] {
  expect(files.filter((file) => pattern.test(file.content))).toHaveLength(1);
  return files.map((file) => ({ ...file, content: file.content.replace(pattern, replacement) }));
}
