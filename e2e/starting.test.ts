import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { canStartRedis, eventually, startProcess, startRedis, usePostgres } from '@signalbox/testing';

const PATIENCE = 60_000;

/** What is stopped in the end, what was started last first. */
const stops: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'signalbox-starting-'));
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
  rmSync(folder, { recursive: true, force: true });
}, PATIENCE);
const postgres = usePostgres();

/** What Compose and Kubernetes do: Postgres, the migration and the new version are started at once. */
describe('a version that is started together with its migration', () => {
  it(
    'has a migration that waits for a Postgres that does not answer yet',
    async () => {
      await chmod(folder, 0o755);
      const server = await PostgresServer.open({ directory: join(folder, 'pg'), port: 0, throwaway: true });
      stops.push(() => server.discard());
      await server.stop('immediate');
      const migration = await startProcess({
        entry: 'apps/migrate/dist/main.js',
        env: { DATABASE_URL: server.url() },
        ready: { line: (line) => line.includes('does not answer yet') },
      });
      await server.start();
      await eventually(() => expect(migration.output()).toContain('the database is up to date'), { within: PATIENCE });
      expect((await migration.exited()).code).toBe(0);
    },
    2 * PATIENCE,
  );

  it(
    'takes no traffic before that has ended',
    async () => {
      const database = postgres.database();
      const last = '(SELECT max(migration_name) FROM _prisma_migrations)';
      const setRolledBack = (at: 'now()' | 'NULL') =>
        database.query(`UPDATE _prisma_migrations SET rolled_back_at = ${at} WHERE migration_name = ${last}`);
      await setRolledBack('now()');
      const events = await startProcess({
        entry: 'apps/events/dist/main.js',
        env: { DATABASE_URL: postgres.url(), PORT: '0', MASTER_KEY: Buffer.alloc(32, 7).toString('base64') },
        ready: { line: (line) => line.includes('"ready":true') },
      });
      stops.push(() => events.stop());
      const { url } = events.jsonLines().find(({ ready }) => ready === true) as unknown as { url: string };
      const ask = async () => {
        const response = await fetch(`${url}/health/ready`);
        return { status: response.status, text: await response.text() };
      };
      await eventually(async () => expect((await ask()).text).toContain('offers: last round'), { within: PATIENCE });
      const before = await ask();
      expect(before.status).toBe(503);
      expect(before.text).toContain('migrations: 1 of this version are not applied yet');

      await setRolledBack('NULL');
      expect((await ask()).status).toBe(200);
    },
    PATIENCE,
  );
});

(canStartRedis() ? describe : describe.skip)('a service whose stores are there', () => {
  it(
    'warns of nothing while it starts',
    async () => {
      const redis = (await startRedis({ directory: join(folder, 'redis'), durable: false }))!;
      stops.push(() => redis.stop());
      const auth = await startProcess({
        entry: 'apps/auth/dist/main.js',
        env: {
          DATABASE_URL: postgres.url(),
          REDIS_URL: redis.url,
          PORT: '0',
          ISSUER: 'http://auth.example',
          MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
          OPERATOR_TOKEN: `sbo_${'7'.repeat(48)}`,
          SMTP_URL: 'smtp://127.0.0.1:1',
        },
        ready: { line: (line) => line.includes('"ready":true') },
      });
      stops.push(() => auth.stop());
      const warnings = auth.jsonLines().filter(({ level }) => Number(level) >= 40);
      expect(warnings).toEqual([]);
    },
    PATIENCE,
  );
});
