/** The push service as processes of its own, with one app, and a key that may send as much as it likes. */
import { randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import { type ApnsCredential, Envelope, loadMasterKey, saveCredential } from '@signalbox/credentials';
import { type Database, migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { launchProcess, type RunningProcess } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import { insertBenchApp } from '../machine/bench-app.ts';
import type { Machine } from '../machine/machine.ts';
import { ANALYSE, COUNT_DELIVERIES, FORGET, INSERT_PHONES, OPEN_ITEMS } from './push-under-load.queries.ts';

const SCOPES = ['notifications:write', 'notifications:read', 'events:read'];

export interface PushOptions {
  /** Name of its database. */
  readonly name: string;
  /** Number of its Redis database. */
  readonly redis: number;
  /** What each process does, the one that answers HTTP first. */
  readonly roles: readonly [string, ...string[]];
  /** Where Apple is, and so many users with an iPhone each. */
  readonly apple?: { readonly secret: ApnsCredential; readonly phones: number };
  /** For profiles: options of Node for each process. */
  readonly nodeArgs?: readonly string[];
}

export interface PushUnderLoad {
  readonly origin: string;
  readonly apiKey: string;
  readonly appId: Uuid;
  readonly database: Database;
  /** In the order of their roles. */
  readonly processes: readonly RunningProcess[];
  /** Notifications and deliveries that wait for something. */
  open(): Promise<number>;
  /** How many deliveries are in each state. */
  deliveries(): Promise<Readonly<Record<string, number>>>;
  /** Empties the tables that a round fills. */
  forget(): Promise<void>;
}

export async function startPush(machine: Machine, options: PushOptions): Promise<PushUnderLoad> {
  const { name, redis, roles, apple, nodeArgs = [] } = options;
  const url = await machine.databaseUrl(name);
  await migrate(url, OWN_MIGRATIONS);
  await migrateQueueBackend(url);
  const database = openDatabase({ url, name: 'bench', onIdleError: () => undefined });
  machine.onStop(() => database.close());
  const masterKey = randomBytes(32).toString('base64');
  const { appId, apiKey } = await insertBenchApp(database, SCOPES);
  if (apple !== undefined) {
    const envelope = new Envelope(loadMasterKey({ key: masterKey }));
    await saveCredential(database, envelope, { appId, provider: 'apns', secret: apple.secret });
    await database.query(INSERT_PHONES, [appId, 0, apple.phones - 1]);
    await database.query(ANALYSE);
  }
  const origins = await Promise.all(roles.map(async () => `http://127.0.0.1:${await freePort(0)}`));
  const start = async (role: string, origin: string): Promise<RunningProcess> => {
    const process = await launchProcess({
      entry: 'apps/push/dist/main.js',
      nodeArgs,
      env: {
        DATABASE_URL: url,
        REDIS_URL: machine.redisUrl(redis),
        QUEUE_PREFIX: '{bench}',
        PORT: new URL(origin).port,
        MASTER_KEY: masterKey,
        OPERATOR_TOKEN: `sbo_${randomBytes(24).toString('base64url')}`,
        PUSH_ROLES: role,
        LOG_LEVEL: 'error',
      },
      ready: { url: `${origin}/health/ready` },
    });
    machine.onStop(() => process.stop());
    return process;
  };
  const processes = await Promise.all(roles.map((role, index) => start(role, origins[index]!)));
  return {
    origin: origins[0]!,
    apiKey,
    appId,
    database,
    processes,
    open: async () => (await database.query<{ open: number }>(OPEN_ITEMS)).rows[0]!.open,
    async deliveries() {
      const { rows } = await database.query<{ state: string; count: number }>(COUNT_DELIVERIES);
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    async forget() {
      await database.query(FORGET);
    },
  };
}
