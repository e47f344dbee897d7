import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAP_BOUNDS } from '@signalbox/config';
import { type Database, migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import {
  eventually,
  launchProcess,
  type RedisServer,
  type RunningProcess,
  startRedis,
} from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import type { Guard } from '../system/service.ts';
import { ask, type Method } from './ask.ts';
import { makeApp, PERSON, type RehearsalApp } from './make-app.ts';
import { IS_THERE } from './stage.queries.ts';

const ROOT = join(import.meta.dirname, '../..');
const SERVICES = ['auth', 'payments', 'push', 'events'] as const;
export type ServiceName = (typeof SERVICES)[number];
type Headers = Readonly<Record<string, string>>;

/** A file of flags by which everything is on. */
export const NO_FLAGS = '{}';

/** All of a Signalbox as it is run, with an app in it, whose parts can be struck one by one. */
export interface Stage {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly sandbox: RunningProcess;
  readonly services: Readonly<Record<ServiceName, RunningProcess>>;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Of the queues. */
  readonly queuePrefix: string;
  /** Whose flags the services go by. */
  readonly flagsFile: string;
  readonly app: RehearsalApp;
  /** Asks the sandbox's control API, or has it behave otherwise or as usual. Answers what it said. */
  control<Body>(method: Method, path: string, body?: object): Promise<Body>;
  /** Asks a service as the operator. @throws when it refuses. */
  asOperator<Body>(service: ServiceName, method: Method, path: string, body?: object): Promise<Body>;
  /** Asks a service as the app's backend. @throws when it refuses. */
  asApp<Body>(service: ServiceName, method: Method, path: string, body?: object, headers?: Headers): Promise<Body>;
  /** One notification to an iPhone of the app's, with `more` over what it says. Never throws: no answer is an answer too. */
  send(more?: object): Promise<void>;
  /** Works on the database over a connection of its own. */
  database<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
  /** Sets push's clock off by so many milliseconds. */
  shiftClock(milliseconds: number): Promise<void>;
  /** Push and the log of events see to them with their first look, which readiness does not wait for. */
  untilPartitionsAreMade(): Promise<void>;
  /** Everything, or what there is of it. */
  stop(): Promise<void>;
}

/** Days of partitions that are made ahead. */
const DAYS_AHEAD = 7;
const DAY_MS = 24 * 3_600_000;

/** Resolves when everything is ready and the app has a phone. @throws where there is no redis-server; nothing runs then. */
export async function openStage(folder: string, guard: Guard): Promise<Stage> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    // What was started last ends first, and once.
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await build({ folder, guard, stops, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Ground {
  readonly folder: string;
  readonly guard: Guard;
  /** What ends what was started so far. */
  readonly stops: (() => Promise<unknown>)[];
  readonly stop: () => Promise<void>;
}

async function build({ folder, guard, stops, stop }: Ground): Promise<Stage> {
  // Root's Postgres runs as another user, who must get in.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'logs'), { recursive: true });
  const postgres = await PostgresServer.open({ directory: join(folder, 'pg'), port: 0, settings: {} });
  stops.push(() => postgres.discard());
  await migrate(postgres.url(), OWN_MIGRATIONS);
  await migrateQueueBackend(postgres.url());
  const redis = await startRedis({ directory: join(folder, 'redis'), durable: true });
  if (redis === undefined) throw new Error('there is no redis-server on the PATH');
  stops.push(() => redis.stop());

  const clockFile = join(folder, 'clock');
  const flagsFile = join(folder, 'flags.json');
  await writeFile(flagsFile, NO_FLAGS);
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;
  const env = {
    DATABASE_URL: postgres.url(),
    REDIS_URL: redis.url,
    OPERATOR_TOKEN: operatorToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    QUEUE_PREFIX: '{rehearsal}',
    LOG_LEVEL: 'warn',
    // Whom users sign in with is on this machine.
    AUTH_ALLOW_PRIVATE: 'true',
    SYNTHETIC_CHECK_SECONDS: '30',
    WEBHOOK_ALLOW_PRIVATE: 'true',
    CLOCK_OFFSET_FILE: clockFile,
    FLAGS_FILE: flagsFile,
  };
  const launch = async (name: ServiceName | 'sandbox', url: string, ready: string, more: Record<string, string>) => {
    const clock = name === 'push' ? [`--import=${join(ROOT, 'chaos/system/shift-clock.mjs')}`] : [];
    const nodeArgs = [...HEAP_BOUNDS, ...clock];
    const logFile = join(folder, 'logs', `${name}.log`);
    const entry = `apps/${name}/dist/main.js`;
    const options = { entry, nodeArgs, env: more, ready: { url: url + ready }, within: 60_000, logFile };
    const launched = await launchProcess(options, guard);
    stops.push(() => launched.kill());
    return launched;
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
  const database: Stage['database'] = async (work) => {
    const url = postgres.url();
    const opened = openDatabase({ url, name: 'rehearsal', maxConnections: 1, onIdleError: () => undefined });
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  };
  const untilPartitionsAreMade = (): Promise<void> => database(untilLastPartitions);
  // A delivery that came before would be in the default one, and so be told of.
  await untilPartitionsAreMade();
  const app = await makeApp({ urls, control: controlUrl, operatorToken });

  return {
    ...{ postgres, redis, sandbox, services, urls, queuePrefix: env.QUEUE_PREFIX, flagsFile, app },
    control: (method, path, body) => ask(method, controlUrl + path, '', body),
    asOperator: (service, method, path, body) => ask(method, urls[service] + path, operatorToken, body),
    asApp: (service, method, path, body, headers) => ask(method, urls[service] + path, app.secretKey, body, headers),
    async send(more = {}) {
      const body = { to: { userId: PERSON }, content: { title: 'Hello' }, ...more };
      await ask('POST', `${urls.push}/v1/notifications`, app.secretKey, body).catch(() => undefined);
    },
    database,
    async shiftClock(milliseconds) {
      await writeFile(clockFile, String(milliseconds));
      services.push.signal('SIGUSR2');
    },
    untilPartitionsAreMade,
    stop,
  };
}

async function untilLastPartitions(database: Database): Promise<void> {
  const last = new Date(Date.now() + DAYS_AHEAD * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  for (const parent of ['event_log', 'delivery']) {
    const isThere = async (): Promise<boolean> =>
      (await database.query<{ isThere: boolean }>(IS_THERE, [`${parent}_${last}`])).rows[0]!.isThere;
    // Push tries again half a minute after a database that did not answer in time.
    await eventually(isThere, { within: 60_000, every: 100 });
  }
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
