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
import { flagsVariable } from '@signalbox/flags';
import { z } from 'zod';

/** Provider events are recognised as repeated for 35 days; their partitions live a little longer. */
const LEAST_RETENTION_DAYS = 40;
/** An endpoint is given up after five days, and its owner needs some to notice and recover. */
const LEAST_WEBHOOK_RETENTION_DAYS = 7;

const environment = z.object({
  DATABASE_URL: z.url(),
  /** A pooler in transaction mode in front of it (docs/postgres.md); absent: there is none. */
  DATABASE_POOLER_URL: optionalUrl,
  REDIS_URL: redisUrl,
  QUEUE_PREFIX: queuePrefix,
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.or(z.literal('0').transform(() => 0)).default(4004),
  LOG_LEVEL: logLevel,
  /** Seconds that a stop may take until the process ends all the same. */
  STOP_SECONDS: stopSeconds,
  /** How many of these it answers on, so that whoever balances load hears that it is going. */
  DRAIN_SECONDS: drainSeconds,
  /** Where a collector takes traces, OTLP over HTTP, such as http://127.0.0.1:4318; absent: none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl,
  /** The share of traces that is kept, 0 to 1; all of them unless told. */
  OTEL_TRACES_SAMPLER_ARG: traceShare,
  OPERATOR_TOKEN: z.string().min(20).optional(),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  /** Issuer of our access tokens, the auth service's ISSUER; absent: none are taken. */
  AUTH_ISSUER: optionalUrl,
  /** Where its keys are; /oauth/jwks below it unless told. */
  AUTH_JWKS_URL: optionalUrl,
  API_AUDIENCE: z.string().min(1).optional(),
  /** Where callers reach this service; proofs of possession (DPoP) are made for it. */
  PUBLIC_URL: optionalUrl,
  /** Lets apps in test mode trust token issuers on this machine and its network. */
  AUTH_ALLOW_PRIVATE: flag.optional(),
  /** What a key and a user may ask for, such as send=1000/5000 (docs/limits.md). */
  REQUEST_LIMITS: requestLimits,
  /** What is turned off, as docs/flags.md says. */
  FLAGS: flagsVariable,
  /** A file that says the same, looked at each second. */
  FLAGS_FILE: z.string().min(1).optional(),
  /** Addresses of proxies whose X-Forwarded-For is believed, separated by commas; CIDR is understood. */
  TRUSTED_PROXIES: z.string().optional(),
  /** Days that an event is kept; absent: for ever. */
  EVENT_RETENTION_DAYS: z.coerce.number().int().min(LEAST_RETENTION_DAYS).optional(),
  /** Days that the log of webhook deliveries is kept. */
  WEBHOOK_RETENTION_DAYS: z.coerce.number().int().min(LEAST_WEBHOOK_RETENTION_DAYS).default(30),
  /** Lets apps in test mode have webhooks on this machine and its network, and over plain http. */
  WEBHOOK_ALLOW_PRIVATE: flag,
});

export type EventsConfig = z.output<typeof environment>;

/** Reads the environment once. @throws ConfigError naming every bad variable. */
export function readConfig(): EventsConfig {
  return parseEnvironment(environment, process.env);
}
