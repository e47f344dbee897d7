import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate, OWN_MIGRATIONS } from '@signalbox/database';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import { launchProcess, type RedisServer, type RunningProcess, startRedis } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import type { Backend, PushName, ServiceName } from '../schedule/fault.ts';
import { mountDisk, type Disk } from './disk.ts';
import type { Journal } from './journal.ts';
import { closeProxies, openProxies, type Proxies } from './proxies.ts';
import type { Guard, Service } from './service.ts';
import { startServices } from './start-services.ts';

const DISK_MB = 4_000;

export interface SystemOptions {
  readonly folder: string;
  readonly backend: Backend;
  readonly seed: number;
  /** What is under test: Signalbox, or plain BullMQ for comparison. */
  readonly product: 'signalbox' | 'bullmq';
  /** Puts Postgres on a file system of its own that can be filled. */
  readonly ownDisk: boolean;
  /** Which providers the workers send to; APNs alone unless told. */
  readonly providers?: 'apns' | 'apns,fcm';
  /** Gives the first worker what somebody waits for, and the second what is bulk; both do everything unless told. */
  readonly lanesApart?: boolean;
  /** Leaves the proxies out: what they cost is not the system's, and nothing will be cut. */
  readonly direct?: boolean;
  readonly journal: Journal;
  readonly guard: Guard;
}

/** The whole system as real processes, every one of which, and every connection, can be struck. */
export interface System {
  readonly options: SystemOptions;
  readonly postgres: PostgresServer;
  /** The Redis in use; `replaceRedis` puts an empty one in its place. */
  redis: RedisServer | undefined;
  readonly disk: Disk | undefined;
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly proxies: Proxies;
  readonly urls: { readonly control: string; readonly api: string; readonly auth: string };
  readonly operatorToken: string;
  /** What the provider received. */
  readonly oracleLog: string;
  /** Says by how much a push process's clock is to be off, in milliseconds. */
  readonly clockFile: (service: PushName) => string;
  stop(): Promise<void>;
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, backend, seed } = options;
  // Root's Postgres runs as another user, who must get in.
  await chmod(folder, 0o755);
  const disk = options.ownDisk ? await mountDisk(folder, DISK_MB) : undefined;
  const postgres = await PostgresServer.open({
    directory: join(disk?.path ?? folder, 'pg'),
    port: 0,
    settings: { max_connections: 200, max_wal_size: '512MB' },
  });
  await migrate(postgres.url(), OWN_MIGRATIONS);
  await migrateQueueBackend(postgres.url());
  const redis = backend === 'redis' ? await startRedis({ directory: join(folder, 'redis'), durable: true }) : undefined;
  if (backend === 'redis' && redis === undefined) throw new Error('there is no redis-server on the PATH');

  const proxies = await openProxies(postgres, redis, seed);
  const oracleLog = join(folder, 'oracle.ndjson');
  const { sandbox, control } = await startSandbox(options, oracleLog);
  const clockFile = (service: PushName): string => join(folder, `clock-${service}`);
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;
  await mkdir(join(folder, 'logs'), { recursive: true });
  const { services, urlOf } = await startServices({
    ...options,
    databaseUrl: postgres.url(),
    redisUrl: redis?.url,
    proxies,
    clockFile,
    operatorToken,
    sandboxUrl: control,
  });

  const system: System = {
    options,
    postgres,
    redis,
    disk,
    services,
    proxies,
    urls: { control, api: urlOf('api'), auth: urlOf('auth') },
    operatorToken,
    oracleLog,
    clockFile,
    async stop() {
      await Promise.all(Object.values(services).map((service) => service.stop()));
      await sandbox.stop();
      closeProxies(proxies);
      await system.redis?.stop();
      await postgres.discard();
      await disk?.unmount();
    },
  };
  return system;
}

async function startSandbox(
  { folder, guard }: SystemOptions,
  oracleLog: string,
): Promise<{ sandbox: RunningProcess; control: string }> {
  const [controlPort, apnsPort] = [await freePort(0), await freePort(0)];
  const control = `http://127.0.0.1:${controlPort}`;
  const env = {
    CONTROL_PORT: `${controlPort}`,
    APNS_PORT: `${apnsPort}`,
    FCM_PORT: '0',
    STRIPE_PORT: '0',
    BRAINTREE_PORT: '0',
    SIGN_IN_PORT: '0',
    MAIL_PORT: '0',
    WEB_PUSH_PORT: '0',
    STATE_DIR: join(folder, 'sandbox'),
    ORACLE_LOG: oracleLog,
    LOG_LEVEL: 'warn',
  };
  const ready = { url: `${control}/health/live` };
  return { sandbox: await launchProcess({ entry: 'apps/sandbox/dist/main.js', env, ready }, guard), control };
}
