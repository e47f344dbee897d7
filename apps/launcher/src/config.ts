import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { logLevel, parseEnvironment, redisUrl } from '@signalbox/config';
import { z } from 'zod';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

const schema = z.object({
  PORT_BASE: z.coerce
    .number({ error: 'must be a number, such as 5000' })
    .int()
    .min(1_024, 'must be at least 1024: lower ports belong to root')
    .max(65_500, 'must be at most 65500: the block is 20 ports long')
    .default(4_000),
  REDIS_URL: redisUrl,
  QUEUE_PREFIX: z.string().optional(),
  PUSH_TRANSPORTS: z.string().optional(),
  LOG_LEVEL: logLevel,
  SIGNALBOX_DIR: z.string().optional(),
});

export interface LauncherConfig {
  /** Root of the clone. */
  readonly repository: string;
  /** Where everything that outlives a run is kept: secrets, database, logs. */
  readonly stateFolder: string;
  readonly portBase: number;
  /** Absent: BullMQ works in our own Postgres. */
  readonly redisUrl: string | undefined;
  readonly queuePrefix: string | undefined;
  readonly pushTransports: string | undefined;
  readonly logLevel: string;
}

/** @throws ConfigError naming every bad variable. */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): LauncherConfig {
  const variables = parseEnvironment(schema, environment);
  return {
    repository: REPOSITORY,
    stateFolder: variables.SIGNALBOX_DIR ?? join(REPOSITORY, '.signalbox'),
    portBase: variables.PORT_BASE,
    redisUrl: variables.REDIS_URL,
    queuePrefix: variables.QUEUE_PREFIX,
    pushTransports: variables.PUSH_TRANSPORTS,
    logLevel: variables.LOG_LEVEL,
  };
}

/** What children inherit: proxies, certificates and the like, but nothing that npm or we set for ourselves. */
export function inheritedEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('npm_') && !OWN.has(name));
  return Object.fromEntries(kept);
}

/** Names that mean something to a service; each gets exactly those that its entry in services.ts says. */
const OWN = new Set([
  'DATABASE_URL',
  'DATABASE_POOLER_URL',
  'REDIS_URL',
  'QUEUE_PREFIX',
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'STOP_SECONDS',
  'DRAIN_SECONDS',
  'OPERATOR_TOKEN',
  'OPERATOR_PASSWORD',
  'MASTER_KEY',
  'MASTER_KEY_FILE',
  'PAYMENTS_ROLES',
  'PUSH_ROLES',
  'PUSH_LANES',
  'PUSH_TRANSPORTS',
  'WEBHOOK_ALLOW_PRIVATE',
  'AUTH_ISSUER',
  'AUTH_JWKS_URL',
  'API_AUDIENCE',
  'PUBLIC_URL',
  'AUTH_ALLOW_PRIVATE',
  'PORT_BASE',
  'SIGNALBOX_DIR',
  'NODE_OPTIONS',
]);
