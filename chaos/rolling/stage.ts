import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { launchProcess, startRedis } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import type { Guard } from '../system/service.ts';
import { Deployment, placeFor } from './deployment.ts';
import type { RoleName } from './roles.ts';

/** Without these nothing can be set up, or goes on: there is one of each where nobody asked to roll it. */
const ALWAYS: readonly RoleName[] = ['auth', 'push-api', 'push-apns'];
const PAYMENTS: readonly RoleName[] = ['payments-api', 'payments-edge', 'payments-worker'];

export const OPERATOR_PASSWORD = 'correct horse battery';

export interface StageOptions {
  /** Those that are rolled: two replicas each. */
  readonly roles: readonly RoleName[];
  readonly backend: 'redis' | 'postgres';
  readonly folder: string;
  readonly guard: Guard;
  /** Seconds that a process answers on after SIGTERM. */
  readonly drainSeconds: number;
}

/** All roles as real processes, each behind a balancer, over one Postgres and the sandbox. */
export interface Stage {
  /** Those that are rolled. */
  readonly deployments: readonly Deployment[];
  /** These, and those without which there is nothing to roll them under. */
  readonly running: readonly RoleName[];
  readonly operatorToken: string;
  /** Of the balancer of a role. */
  readonly urlOf: (role: RoleName) => string;
  readonly control: string;
  /** Where every push is written before the sandbox answers it. */
  readonly oracleLog: string;
  readonly database: Database;
  stop(): Promise<void>;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { folder, guard, roles } = options;
  await mkdir(join(folder, 'logs'), { recursive: true });
  // Root's Postgres runs as another user, who must get in.
  await chmod(folder, 0o755);
  const postgres = await PostgresServer.open({
    directory: join(folder, 'pg'),
    port: 0,
    settings: { max_connections: 600 },
  });
  await migrate(postgres.url(), OWN_MIGRATIONS);
  await migrateQueueBackend(postgres.url());
  const redis =
    options.backend === 'redis' ? await startRedis({ directory: join(folder, 'redis'), durable: true }) : undefined;
  const oracleLog = join(folder, 'oracle.ndjson');
  const { sandbox, control } = await startSandbox(folder, oracleLog, guard);
  const operatorToken = `sbo_${randomBytes(24).toString('hex')}`;
  const needed = roles.some((role) => PAYMENTS.includes(role)) ? [...ALWAYS, ...PAYMENTS] : ALWAYS;
  const names = [...new Set([...needed, ...roles])];
  const places = await Promise.all(names.map((name) => placeFor(name, roles.includes(name) ? 2 : 1)));
  const urlOf = (role: RoleName): string => places.find(({ name }) => name === role)!.balancer.url;
  const env = {
    DATABASE_URL: postgres.url(),
    REDIS_URL: redis?.url,
    QUEUE_PREFIX: '{rolling}',
    OPERATOR_TOKEN: operatorToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'info',
    DRAIN_SECONDS: `${options.drainSeconds}`,
    WEBHOOK_ALLOW_PRIVATE: 'true',
    PUSH_URL: urlOf('push-api'),
    OPERATOR_PASSWORD,
  };
  const deployments = await Promise.all(places.map((place) => Deployment.start(place, env, folder, guard)));
  const database = openDatabase({
    url: postgres.url(),
    name: 'rolling',
    maxConnections: 2,
    statementTimeout: 60_000,
    onIdleError: () => undefined,
  });
  return {
    deployments: deployments.filter(({ name }) => roles.includes(name)),
    running: names,
    ...{ operatorToken, urlOf, control, oracleLog, database },
    async stop() {
      await Promise.all(deployments.map((deployment) => deployment.stop()));
      await Promise.all([database.close(), sandbox.stop(), redis?.stop()]);
      await postgres.discard();
    },
  };
}

async function startSandbox(folder: string, oracleLog: string, guard: Guard) {
  const ports = ['CONTROL', 'APNS', 'FCM', 'STRIPE', 'BRAINTREE', 'SIGN_IN', 'MAIL', 'WEB_PUSH'];
  const sandbox = await launchProcess(
    {
      entry: 'apps/sandbox/dist/main.js',
      env: {
        ...Object.fromEntries(ports.map((name) => [`${name}_PORT`, '0'])),
        STATE_DIR: join(folder, 'sandbox'),
        ORACLE_LOG: oracleLog,
        LOG_LEVEL: 'warn',
      },
      ready: { line: (line) => line.includes('"ready":true') },
    },
    guard,
  );
  const { controlPort } = sandbox.jsonLines().find(({ ready }) => ready === true)!;
  return { sandbox, control: `http://127.0.0.1:${String(controlPort)}` };
}
