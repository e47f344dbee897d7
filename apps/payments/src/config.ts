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
  rolesOf,
  stopSeconds,
  traceShare,
} from '@signalbox/config';
import { z } from 'zod';

/** Stripe sends an event again for three days, lets one fetch it for 30: it is recognised as repeated for longer than that. */
const LEAST_RETENTION_DAYS = 40;

/** What one payments process does: take webhooks and answer HTTP, work on what came. Roles scale separately. */
const ROLES = ['edge', 'api', 'work'] as const;
export type Role = (typeof ROLES)[number];

const environment = z.object({
  DATABASE_URL: z.url(),
  /** A pooler in transaction mode in front of it (docs/postgres.md); absent: there is none. */
  DATABASE_POOLER_URL: optionalUrl,
  REDIS_URL: redisUrl,
  QUEUE_PREFIX: queuePrefix,
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.or(z.literal('0').transform(() => 0)).default(4002),
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
  /** Addresses of proxies whose X-Forwarded-For is believed, separated by commas; CIDR is understood. */
  TRUSTED_PROXIES: z.string().optional(),
  PAYMENTS_ROLES: rolesOf(ROLES),
  /** Days that Stripe's events are kept, with their bodies; facts and states stay. */
  STRIPE_RETENTION_DAYS: z.coerce.number().int().min(LEAST_RETENTION_DAYS).default(LEAST_RETENTION_DAYS),
  /** How long, and why, payments are kept of a user who was erased: counted from the end of the year of the payment. */
  LEGAL_HOLD_YEARS: z.coerce.number().int().min(0).max(30).default(10),
  LEGAL_HOLD_REASON: z
    .string()
    .min(1)
    .max(200)
    .default('records of payments have to be kept (commercial and tax law, GDPR art. 17(3)(b))'),
  /** Seconds from one comparison of an app's events with Stripe's list of them to the next. */
  RECONCILE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
  /** Seconds from one check of a gateway's keys to the next; absent: none is made. */
  SYNTHETIC_CHECK_SECONDS: z.coerce.number().int().min(30).max(86_400).optional(),
});

export type PaymentsConfig = z.output<typeof environment>;

/** Reads the environment once. @throws ConfigError naming every bad variable. */
export function readConfig(): PaymentsConfig {
  return parseEnvironment(environment, process.env);
}
