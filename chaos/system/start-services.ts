import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { HEAP_BOUNDS } from '@signalbox/config';
import { freePort } from '@signalbox/embedded-postgres';
import { SERVICES, type PushName, type ServiceName } from '../schedule/fault.ts';
import type { Journal } from './journal.ts';
import type { Proxies } from './proxies.ts';
import { Service, type Guard } from './service.ts';

export interface ServicesOptions {
  readonly folder: string;
  readonly product: 'signalbox' | 'bullmq';
  readonly providers?: 'apns' | 'apns,fcm';
  readonly direct?: boolean;
  readonly lanesApart?: boolean;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly proxies: Proxies;
  readonly clockFile: (service: PushName) => string;
  readonly operatorToken: string;
  readonly sandboxUrl: string;
  readonly journal: Journal;
  readonly guard: Guard;
}

/** Starts one process that takes requests, two that do the work, auth and events, each on a port of its own. */
export async function startServices(options: ServicesOptions): Promise<{
  services: Readonly<Record<ServiceName, Service>>;
  urlOf: (name: ServiceName) => string;
}> {
  const ports = await Promise.all(SERVICES.map(() => freePort(0)));
  const portOf = (name: ServiceName): number => ports[SERVICES.indexOf(name)]!;
  const urlOf = (name: ServiceName): string => `http://127.0.0.1:${portOf(name)}`;
  const environment = {
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: undefined,
    OPERATOR_TOKEN: options.operatorToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    QUEUE_PREFIX: '{chaos}',
    LOG_LEVEL: 'warn',
  };
  const start = async (name: ServiceName): Promise<readonly [ServiceName, Service]> => {
    const isPush = name === 'api' || name === 'worker-1' || name === 'worker-2';
    const service = await Service.start(
      name,
      {
        entry: entryOf(name, options.product),
        nodeArgs: [...HEAP_BOUNDS, ...(isPush ? [`--import=${join(import.meta.dirname, 'shift-clock.mjs')}`] : [])],
        env: { ...environment, ...(isPush && pushEnvironment(name, options)), PORT: `${portOf(name)}` },
        ready: { url: `${urlOf(name)}/health/ready` },
        // Five of them start at once, on a machine that may have much else to do.
        within: 60_000,
        logFile: join(options.folder, 'logs', `${name}.log`),
      },
      options.journal,
      options.guard,
    );
    return [name, service];
  };
  const services = Object.fromEntries(await Promise.all(SERVICES.map(start))) as Record<ServiceName, Service>;
  return { services, urlOf };
}

function pushEnvironment(name: PushName, options: ServicesOptions): Record<string, string | undefined> {
  const { databaseUrl, redisUrl, proxies, clockFile, sandboxUrl, providers = 'apns', direct, lanesApart } = options;
  const { postgres, redis } = proxies[name];
  return {
    ...(direct === true
      ? { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
      : {
          DATABASE_URL: withPort(databaseUrl, postgres.port),
          REDIS_URL: redisUrl !== undefined && redis ? withPort(redisUrl, redis.port) : undefined,
        }),
    PUSH_ROLES: name === 'api' ? 'api' : `route,${providers}`,
    ...(lanesApart === true && name !== 'api' && { PUSH_LANES: name === 'worker-1' ? 'transactional' : 'bulk' }),
    CLOCK_OFFSET_FILE: clockFile(name),
    SANDBOX_URL: sandboxUrl,
  };
}

function entryOf(name: ServiceName, product: ServicesOptions['product']): string {
  if (name === 'auth' || name === 'events') return `apps/${name}/dist/main.js`;
  if (product === 'signalbox') return 'apps/push/dist/main.js';
  return name === 'api' ? 'chaos/baseline/api.ts' : 'chaos/baseline/worker.ts';
}

function withPort(url: string, port: number): string {
  const other = new URL(url);
  other.port = String(port);
  return other.href;
}
