import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAP_BOUNDS } from '@signalbox/config';
import { type Database, migrate, openDatabase } from '@signalbox/database';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import { launchProcess, type RedisServer, type RunningProcess, startRedis } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import type { Guard } from '../system/service.ts';
import { ask, type Method } from './ask.ts';
import { makeApp, PERSON, type RehearsalApp } from './make-app.ts';

const ROOT = join(import.meta.dirname, '../..');
const SERVICES = ['auth', 'payments', 'push', 'events'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** All of a Signalbox as it is run, with an app in it, whose parts can be struck one by one. */
export interface Stage {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly sandbox: RunningProcess;
  readonly services: Readonly<Record<ServiceName, RunningProcess>>;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Of the queues. */
  readonly queuePrefix: string;
  readonly app: RehearsalApp;
  /** Asks the sandbox's control API, or has it behave otherwise or as usual. Answers what it said. */
  control<Body>(method: Method, path: string, body?: object): Promise<Body>;
  /** Asks a service as the operator. @throws when it refuses. */
  asOperator<Body>(service: ServiceName, method: Method, path: string, body?: object): Promise<Body>;
  /** Asks a service as the app's backend. @throws when it refuses. */
  asApp<Body>(service: ServiceName, method: Method, path: string, body?: object): Promise<Body>;
  /** One notification to an iPhone of the app's, with `more` over what it says. Never throws: no answer is an answer too. */
  send(more?: object): Promise<void>;
  /** Works on the database over a connection of its own. */
  database<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
  /** Sets push's clock off by so many milliseconds. */
  shiftClock(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when everything is ready and the app has a phone. @throws where there is no redis-server. */
export async function openStage(folder: string, guard: Guard): Promise<Stage> {
  // Root's Postgres runs as another user, who must get in.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'logs'), { recursive: true });
  const postgres = await PostgresServer.open({ directory: join(folder, 'pg'), port: 0, settings: {} });
  await migrate(postgres.url(), join(ROOT, 'prisma/migrations'));
  await migrateQueueBackend(postgres.url());
  const redis = await startRedis({ directory: join(folder, 'redis'), durable: true });
  if (redis === undefined) throw new Error('there is no redis-server on the PATH');

  const clockFile = join(folder, 'clock');
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;
  const env = {
    DATABASE_URL: postgres.url(),
    REDIS_URL: redis.url,
    OPERATOR_TOKEN: operatorToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    QUEUE_PREFIX: '{rehearsal}',
    LOG_LEVEL: 'warn',
    SYNTHETIC_CHECK_SECONDS: '30',
    WEBHOOK_ALLOW_PRIVATE: 'true',
    CLOCK_OFFSET_FILE: clockFile,
  };
  const launch = async (name: ServiceName | 'sandbox', url: string, ready: string, more: Record<string, string>) => {
    const clock = name === 'push' ? [`--import=${join(ROOT, 'chaos/system/shift-clock.mjs')}`] : [];
    const nodeArgs = [...HEAP_BOUNDS, ...clock];
    const logFile = join(folder, 'logs', `${name}.log`);
    const entry = `apps/${name}/dist/main.js`;
    return launchProcess({ entry, nodeArgs, env: more, ready: { url: url + ready }, within: 60_000, logFile }, guard);
  };
  const somewhere = async (): Promise<string> => `http://127.0.0.1:${await freePort(0)}`;
  const controlUrl = await somewhere();
  const sandbox = await launch('sandbox', controlUrl, '/health/live', await sandboxEnvironment(folder, controlUrl));
  const started = await Promise.all(
    SERVICES.map(async (name) => {
      const url = await somewhere();
      return [name, url, await launch(name, url, '/health/ready', { ...env, PORT: new URL(url).port })] as const;
    }),
  );
  const urls = Object.fromEntries(started.map(([name, url]) => [name, url])) as Stage['urls'];
  const services = Object.fromEntries(started.map(([name, , process]) => [name, process])) as Stage['services'];
  const app = await makeApp({ urls, control: controlUrl, operatorToken });

  return {
    ...{ postgres, redis, sandbox, services, urls, queuePrefix: env.QUEUE_PREFIX, app },
    control: (method, path, body) => ask(method, controlUrl + path, '', body),
    asOperator: (service, method, path, body) => ask(method, urls[service] + path, operatorToken, body),
    asApp: (service, method, path, body) => ask(method, urls[service] + path, app.secretKey, body),
    async send(more = {}) {
      const body = { to: { userId: PERSON }, content: { title: 'Hello' }, ...more };
      await ask('POST', `${urls.push}/v1/notifications`, app.secretKey, body).catch(() => undefined);
    },
    async database(work) {
      const url = postgres.url();
      const database = openDatabase({ url, name: 'rehearsal', maxConnections: 1, onIdleError: () => undefined });
      try {
        return await work(database);
      } finally {
        await database.close();
      }
    },
    async shiftClock(milliseconds) {
      await writeFile(clockFile, String(milliseconds));
      services.push.signal('SIGUSR2');
    },
    async stop() {
      await Promise.all([...Object.values(services), sandbox].map((each) => each.kill()));
      await redis.stop();
      await postgres.discard();
    },
  };
}

async function sandboxEnvironment(folder: string, controlUrl: string): Promise<Record<string, string>> {
  // It comes back on the ports that credentials name.
  const [apns, fcm, stripe, signIn] = await Promise.all([freePort(0), freePort(0), freePort(0), freePort(0)]);
  return {
    CONTROL_PORT: new URL(controlUrl).port,
    ...{ APNS_PORT: `${apns}`, FCM_PORT: `${fcm}`, STRIPE_PORT: `${stripe}`, SIGN_IN_PORT: `${signIn}` },
    ...{ BRAINTREE_PORT: '0', MAIL_PORT: '0', WEB_PUSH_PORT: '0' },
    STATE_DIR: join(folder, 'sandbox'),
    LOG_LEVEL: 'warn',
  };
}
