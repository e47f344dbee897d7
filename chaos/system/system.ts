import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '@signalbox/database';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import { launchProcess, type RedisServer, type RunningProcess, startRedis } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import { SERVICES, type Backend, type PushName, type ServiceName } from '../schedule/fault.ts';
import { randomFrom } from '../schedule/random.ts';
import { mountDisk, type Disk } from './disk.ts';
import type { Journal } from './journal.ts';
import { Service, type Guard } from './service.ts';

const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations');

export interface SystemOptions {
  readonly folder: string;
  readonly backend: Backend;
  readonly seed: number;
  /** What is under test: Signalbox, or plain BullMQ for comparison. */
  readonly product: 'signalbox' | 'bullmq';
  /** Puts Postgres on a file system of its own that can be filled. */
  readonly ownDisk: boolean;
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
  readonly sandbox: RunningProcess;
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly proxies: Readonly<Record<PushName, { readonly postgres: FaultProxy; readonly redis?: FaultProxy }>>;
  readonly urls: { readonly control: string; readonly api: string; readonly auth: string };
  readonly operatorToken: string;
  readonly oracleLog: string;
  /** Says by how much a push process's clock is to be off, in milliseconds. */
  readonly clockFile: (service: PushName) => string;
  stop(): Promise<void>;
}

const PUSH = ['api', 'worker-1', 'worker-2'] as const satisfies readonly PushName[];

export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, backend, seed, journal, guard } = options;
  // Root's Postgres runs as another user, who must get in.
  await chmod(folder, 0o755);
  const disk = options.ownDisk ? await mountDisk(folder, 4_000) : undefined;
  const postgres = await PostgresServer.open({
    directory: join(disk?.path ?? folder, 'pg'),
    port: 0,
    settings: { max_connections: 200, max_wal_size: '512MB' },
  });
  await migrate(postgres.url(), MIGRATIONS);
  await migrateQueueBackend(postgres.url());
  const redis = backend === 'redis' ? await startRedis({ directory: join(folder, 'redis'), durable: true }) : undefined;
  if (backend === 'redis' && redis === undefined) throw new Error('there is no redis-server on the PATH');

  const random = randomFrom(seed);
  const proxies = Object.fromEntries(
    await Promise.all(
      PUSH.map(async (name) => {
        const toPostgres = await FaultProxy.open(postgres.port, random);
        const toRedis = redis && (await FaultProxy.open(portOf(redis.url), random));
        return [name, { postgres: toPostgres, ...(toRedis && { redis: toRedis }) }] as const;
      }),
    ),
  ) as System['proxies'];

  const [control, apns, ...ports] = await Promise.all(Array.from({ length: 2 + SERVICES.length }, () => freePort(0)));
  const url = (port: number | undefined): string => `http://127.0.0.1:${port}`;
  const portOfService = (name: ServiceName): number => ports[SERVICES.indexOf(name)]!;
  const urls = { control: url(control), api: url(portOfService('api')), auth: url(portOfService('auth')) };
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;
  const oracleLog = join(folder, 'oracle.ndjson');
  const clockFile = (service: PushName): string => join(folder, `clock-${service}`);
  const environment = {
    OPERATOR_TOKEN: operatorToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    QUEUE_PREFIX: '{chaos}',
    LOG_LEVEL: 'warn',
  };
  await mkdir(join(folder, 'logs'), { recursive: true });

  const sandbox = await launchProcess(
    {
      entry: 'apps/sandbox/dist/main.js',
      env: {
        CONTROL_PORT: `${control}`,
        APNS_PORT: `${apns}`,
        FCM_PORT: '0',
        STATE_DIR: join(folder, 'sandbox'),
        ORACLE_LOG: oracleLog,
        LOG_LEVEL: 'warn',
      },
      ready: { url: `${urls.control}/health/live` },
    },
    guard,
  );
  const start = (name: ServiceName): Promise<Service> => {
    const isPush = name === 'api' || name === 'worker-1' || name === 'worker-2';
    const direct = { DATABASE_URL: postgres.url(), REDIS_URL: undefined };
    const through = isPush && {
      DATABASE_URL: withPort(postgres.url(), proxies[name].postgres.port),
      REDIS_URL: redis && withPort(redis.url, proxies[name].redis!.port),
      PUSH_ROLES: name === 'api' ? 'api' : 'route,apns',
      CLOCK_OFFSET_FILE: clockFile(name),
      SANDBOX_URL: urls.control,
    };
    const base = url(portOfService(name));
    return Service.start(
      name,
      {
        entry: entryOf(name, options.product),
        ...(isPush && { nodeArgs: [`--import=${join(import.meta.dirname, 'shift-clock.mjs')}`] }),
        env: { ...environment, ...direct, ...through, PORT: `${portOfService(name)}` },
        ready: { url: `${base}/health/ready` },
        logFile: join(folder, 'logs', `${name}.log`),
      },
      journal,
      guard,
    );
  };
  const started = await Promise.all(SERVICES.map(async (name) => [name, await start(name)] as const));
  const services = Object.fromEntries(started) as System['services'];

  const system: System = {
    options,
    postgres,
    redis,
    disk,
    sandbox,
    services,
    proxies,
    urls,
    operatorToken,
    oracleLog,
    clockFile,
    async stop() {
      await Promise.all(Object.values(services).map((service) => service.stop()));
      await sandbox.stop();
      for (const pair of Object.values(proxies)) {
        pair.postgres.close();
        pair.redis?.close();
      }
      await system.redis?.stop();
      await postgres.discard();
      await disk?.unmount();
    },
  };
  return system;
}

function entryOf(name: ServiceName, product: SystemOptions['product']): string {
  if (name === 'auth' || name === 'events') return `apps/${name}/dist/main.js`;
  if (product === 'signalbox') return 'apps/push/dist/main.js';
  return name === 'api' ? 'chaos/baseline/api.ts' : 'chaos/baseline/worker.ts';
}

export function portOf(url: string): number {
  return Number(new URL(url).port);
}

function withPort(url: string, port: number): string {
  const other = new URL(url);
  other.port = String(port);
  return other.href;
}
