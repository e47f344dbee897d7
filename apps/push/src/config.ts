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
import { LANES } from '@signalbox/contracts';
import { flagsVariable } from '@signalbox/flags';
import { z } from 'zod';
import { TRANSPORT_KINDS } from './providers/transport-kind.js';

/** What one push process does: answer HTTP, route accepted work, send it to a provider. Roles scale separately. */
const ROLES = ['api', 'route', 'apns', 'fcm', 'webpush'] as const;
export type Role = (typeof ROLES)[number];

const environment = z.object({
  DATABASE_URL: z.url(),
  /** A pooler in transaction mode in front of it (docs/postgres.md); absent: there is none. */
  DATABASE_POOLER_URL: optionalUrl,
  REDIS_URL: redisUrl,
  QUEUE_PREFIX: queuePrefix,
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.or(z.literal('0').transform(() => 0)).default(4003),
  LOG_LEVEL: logLevel,
  /** Seconds that a stop may take until the process ends all the same. */
  STOP_SECONDS: stopSeconds,
  /** How many of these it answers on, so that whoever balances load hears that it is going. */
  DRAIN_SECONDS: drainSeconds,
  /** Where a collector takes traces, OTLP over HTTP, such as http://127.0.0.1:4318; absent: none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl,
  /** The share of traces that is kept, 0 to 1; all of them unless told. */
  OTEL_TRACES_SAMPLER_ARG: traceShare,
  OPERATOR_TOKEN: z.string().min(20),
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
  PUSH_ROLES: rolesOf(ROLES),
  /** Which work it does, by how urgent it is. Who does bulk work alone gives way to everybody else on the machine. */
  PUSH_LANES: rolesOf(LANES),
  /** Whose code speaks to Apple and Google; see docs/adr/0003-apns-client.md. */
  PUSH_TRANSPORTS: z
    .enum(TRANSPORT_KINDS, { error: 'must be own (our HTTP/2) or sdk (@parse/node-apn and firebase-admin)' })
    .default('own'),
  /** Days that outcomes are kept; absent keeps them for good. Longer than any message can live. */
  DELIVERY_RETENTION_DAYS: z.coerce.number().int().min(40).optional(),
  /** What the events service has under this name: nothing is scheduled for a time at which the log has forgotten it. */
  EVENT_RETENTION_DAYS: z.coerce.number().int().min(40).optional(),
  /** Seconds from one check of a credential with its provider to the next; absent: none is made. */
  SYNTHETIC_CHECK_SECONDS: z.coerce.number().int().min(30).max(86_400).optional(),
});

export type Config = z.output<typeof environment>;

/** Reads the environment once. @throws ConfigError naming every bad variable. */
export function readConfig(): Config {
  return parseEnvironment(environment, process.env);
}
