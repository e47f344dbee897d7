import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apnsCredential, Envelope, loadMasterKey, saveCredential } from '@signalbox/credentials';
import { type Database, migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import { insertAppWithKey, type RunningProcess, startProcess, startRedis, startSandbox } from '@signalbox/testing';
import { QUEUE_PREFIX } from './jobs.js';

export const USERS = 500;

/** Apple takes a token that begins so. */
const PHONES = `
  INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status)
  SELECT gen_random_uuid(), $1::uuid, 'phone-' || i, 'user-' || i, 'ios', 'apns', '11' || substr(md5(i::text) || md5('x' || i), 3),
    'sandbox', 'com.example.app', 'active'
  FROM generate_series(0, $2::int - 1) AS n (i)`;

/** Push, with one process that takes notifications on and one that works them off, on servers that count for it alone. */
export interface CountedPush {
  readonly worker: RunningProcess;
  /** How many processes of push there are. */
  readonly processes: number;
  // What a service answers is JSON; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<any>;
  stop(): Promise<void>;
}

/** With an iPhone for each of `user-0` to `user-499`. `beforeStart`: with the migrated database, before anything runs on it. */
export async function startCountedPush(
  beforeStart: (database: Database, redisUrl: string) => Promise<void>,
): Promise<CountedPush> {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-cost-'));
  // Root's Postgres runs as another user, who must get in.
  chmodSync(directory, 0o755);
  const [postgres, redis, sandbox] = await Promise.all([
    PostgresServer.open({
      directory: join(directory, 'pg'),
      port: 0,
      settings: { shared_preload_libraries: 'pg_stat_statements', wal_level: 'logical', fsync: 'off' },
      throwaway: true,
    }),
    startRedis({ directory: join(directory, 'redis') }),
    startSandbox(),
  ]);
  await migrate(postgres.url(), OWN_MIGRATIONS);
  const database = openDatabase({ url: postgres.url(), name: 'counting', onIdleError: () => undefined });
  await beforeStart(database, redis!.url);

  const masterKey = randomBytes(32).toString('base64');
  const app = await insertAppWithKey(database, ['notifications:write']);
  const secret = apnsCredential.parse(await sandbox.control('GET', '/v1/apns/credential'));
  const envelope = new Envelope(loadMasterKey({ key: masterKey }));
  await saveCredential(database, envelope, { appId: app.id, provider: 'apns', secret });
  await database.query(PHONES, [app.id, USERS]);

  const start = async (roles: string): Promise<{ process: RunningProcess; origin: string }> => {
    const origin = `http://127.0.0.1:${await freePort(0)}`;
    const env = {
      DATABASE_URL: postgres.url(),
      REDIS_URL: redis!.url,
      QUEUE_PREFIX,
      PORT: new URL(origin).port,
      MASTER_KEY: masterKey,
      OPERATOR_TOKEN: `sbo_${randomBytes(24).toString('base64url')}`,
      PUSH_ROLES: roles,
      LOG_LEVEL: 'warn',
    };
    const ready = { url: `${origin}/health/ready` };
    return { process: await startProcess({ entry: 'apps/push/dist/main.js', env, ready }), origin };
  };
  const [door, worker] = await Promise.all([start('api'), start('route,apns')]);

  return {
    worker: worker.process,
    processes: 2,
    async post(path, body, headers = {}) {
      const response = await fetch(new URL(path, door.origin), {
        method: 'POST',
        headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      const answer = await response.text();
      if (response.status !== 202) throw new Error(`${path} was answered ${response.status}: ${answer}`);
      return JSON.parse(answer);
    },
    async stop() {
      worker.process.resume();
      await Promise.all([door.process.stop(), worker.process.stop()]);
      await Promise.all([sandbox.stop(), redis!.stop(), database.close()]);
      await postgres.discard();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
