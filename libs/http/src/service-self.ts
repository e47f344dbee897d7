import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serviceSelf, type ServiceSelf } from '@signalbox/contracts';
import type { MasterKey } from '@signalbox/credentials';
import type { FastifyInstance } from 'fastify';
import { allow } from './policy.js';

/** What a service tells of itself; the rest is known here. */
export interface SelfFacts extends Pick<ServiceSelf, 'connections' | 'masterKeys' | 'opens' | 'roles'> {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly queuePrefix: string;
}

/** The variables of a service that it tells of, as its config.ts names them. */
interface SelfVariables {
  readonly DATABASE_URL: string;
  readonly REDIS_URL?: string | undefined;
  readonly QUEUE_PREFIX: string;
  readonly AUTH_ALLOW_PRIVATE?: boolean | undefined;
}

/** `connections`: of its own pools, without a pooler's; `ofQueues`: of those that it has besides where its queues are in Postgres. */
export function selfOf(
  config: SelfVariables,
  masterKey: MasterKey,
  more: {
    readonly connections: number;
    readonly ofQueues: number;
    readonly roles?: Iterable<string>;
    readonly opens?: readonly string[];
  },
): SelfFacts {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, QUEUE_PREFIX: queuePrefix } = config;
  return {
    databaseUrl,
    redisUrl,
    queuePrefix,
    connections: more.connections + (redisUrl === undefined ? more.ofQueues : 0),
    masterKeys: [...masterKey.byId.keys()],
    opens: [...(config.AUTH_ALLOW_PRIVATE === true ? ['AUTH_ALLOW_PRIVATE'] : []), ...(more.opens ?? [])],
    roles: [...(more.roles ?? [])],
  };
}

const VERSION = '0.1.0';
const startedAt = new Date(Date.now() - performance.now()).toISOString();

/** The route by which whoever checks an installation sees that its processes belong together. */
export function registerSelf(fastify: FastifyInstance, service: string, facts: SelfFacts): void {
  const { databaseUrl, redisUrl, queuePrefix, ...told } = facts;
  const fixed = {
    service,
    version: VERSION,
    contracts: fingerprintOfContracts(),
    startedAt,
    database: fingerprintOfDatabase(databaseUrl),
    queues: redisUrl === undefined ? ('postgres' as const) : ('redis' as const),
    queuePrefix,
    ...told,
  };
  fastify.route({
    method: 'GET',
    url: '/v1/service',
    handler: async (): Promise<ServiceSelf> => ({ ...fixed, now: new Date().toISOString() }),
    config: {
      signalboxEndpoint: {
        allow: allow.operator(),
        summary: 'What this process is: version, clock, and settings that matter to whoever checks the installation',
        tags: ['service'],
        responses: { 200: { description: 'No secret is in it', schema: serviceSelf } },
      },
    },
  });
}

/** Whose database it is, and nothing of who may use it. */
function fingerprintOfDatabase(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return short(createHash('sha256').update(`${hostname}:${port === '' ? '5432' : port}${pathname}`));
}

/** Of the code that services share with each other, as it is on this disk: two builds of it differ. */
function fingerprintOfContracts(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('@signalbox/contracts'));
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.d)\.[jt]s$/.test(name),
  );
  for (const name of files.toSorted())
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(folder, name)));
  return short(hash);
}

function short(hash: ReturnType<typeof createHash>): string {
  return hash.digest('hex').slice(0, 12);
}
