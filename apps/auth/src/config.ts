import {
  drainSeconds,
  flag,
  logLevel,
  optionalUrl,
  parseEnvironment,
  portNumber,
  queuePrefix,
  redisUrl,
  requestLimits,
  stopSeconds,
  traceShare,
} from '@signalbox/config';
import { PERSONAL_DATA_SERVICES } from '@signalbox/contracts';
import { z } from 'zod';

const issuer = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .refine((url) => new URL(url).pathname === '/' && !url.endsWith('/'), 'must have no path and no slash at its end');

const dataRequestServices = z
  .string()
  .default(PERSONAL_DATA_SERVICES.join(','))
  .transform((names) => names.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(PERSONAL_DATA_SERVICES)).min(1))
  .refine((names) => names.includes('auth'), 'must name auth, which holds the user');

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.or(z.literal('0').transform(() => 0)).default(4001),
  LOG_LEVEL: logLevel,
  /** Seconds that a stop may take until the process ends all the same. */
  STOP_SECONDS: stopSeconds,
  /** How many of these it answers on, so that whoever balances load hears that it is going. */
  DRAIN_SECONDS: drainSeconds,
  /** Where a collector takes traces, OTLP over HTTP, such as http://127.0.0.1:4318; absent: none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl,
  /** The share of traces that is kept, 0 to 1; all of them unless told. */
  OTEL_TRACES_SAMPLER_ARG: traceShare,
  DATABASE_URL: z.url('must be a postgres:// URL'),
  /** A pooler in transaction mode in front of it (docs/postgres.md); absent: there is none. */
  DATABASE_POOLER_URL: optionalUrl,
  REDIS_URL: redisUrl,
  QUEUE_PREFIX: queuePrefix,
  OPERATOR_TOKEN: z
    .string({ error: 'is required: sbo_ followed by at least 32 random characters' })
    .regex(/^sbo_\S{32,}$/, 'must be sbo_ followed by at least 32 random characters'),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  /** Under which the world knows the service; tokens name it, so it stays as it is for good. */
  ISSUER: issuer.optional(),
  API_AUDIENCE: z.string().min(1).default('urn:signalbox:api'),
  /** Lets apps in test mode trust token issuers on this machine and its network. */
  AUTH_ALLOW_PRIVATE: flag.optional(),
  SIGNING_KEY_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
  /** Calls of the token endpoint and its like a minute, from one network. */
  SIGN_IN_CALLS_PER_MINUTE: z.coerce.number().int().min(1).default(6_000),
  /** Who has to have answered before a user counts as erased, and within how many hours before it is an alarm. */
  DATA_REQUEST_SERVICES: dataRequestServices,
  DATA_REQUEST_DUE_HOURS: z.coerce.number().positive().max(720).default(72),
  /** What a key and a user may ask for, such as send=1000/5000 (docs/limits.md). */
  REQUEST_LIMITS: requestLimits,
  /** Addresses of proxies whose X-Forwarded-For is believed, separated by commas; CIDR is understood. */
  TRUSTED_PROXIES: z.string().optional(),
  /** `smtp://user:password@host:587` or `smtps://...`; absent: mails wait until there is one. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
  /** The address that mails are from. */
  MAIL_FROM: z.email('must be an address such as no-reply@example.com').default('no-reply@signalbox.invalid'),
  /** Node's own: its threads also hash passwords, which must not take all of them. */
  UV_THREADPOOL_SIZE: z.coerce.number().int().min(1).max(1_024).default(4),
});

export type AuthConfig = z.output<typeof schema> & { readonly ISSUER: string };

/** @throws ConfigError naming every bad variable. */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): AuthConfig {
  const config = parseEnvironment(schema, environment);
  return { ...config, ISSUER: config.ISSUER ?? `http://${config.HOST}:${config.PORT}` };
}
