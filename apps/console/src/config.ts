import {
  drainSeconds,
  logLevel,
  optionalUrl,
  parseEnvironment,
  portNumber,
  redisUrl,
  stopSeconds,
  traceShare,
} from '@signalbox/config';
import { z } from 'zod';

const environment = z
  .object({
    DATABASE_URL: z.url(),
    /** Absent: BullMQ keeps its queues in Postgres. */
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: z.string().default('{signalbox}'),
    HOST: z.string().default('127.0.0.1'),
    PORT: portNumber.default(4000),
    LOG_LEVEL: logLevel,
    /** Seconds that a stop may take until the process ends all the same. */
    STOP_SECONDS: stopSeconds,
    /** How many of these it answers on, so that whoever balances load hears that it is going. */
    DRAIN_SECONDS: drainSeconds,
    /** Where a collector takes traces, OTLP over HTTP, such as http://127.0.0.1:4318; absent: none are made. */
    OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl,
    /** The share of traces that is kept, 0 to 1; all of them unless told. */
    OTEL_TRACES_SAMPLER_ARG: traceShare,
    /** Opens the console when nobody can sign in with an account. Changing it ends every session. */
    OPERATOR_PASSWORD: z.string().min(12, { error: 'must have at least 12 characters' }),
    /** What operators do about dead letters, holds and deletion guards is done by the push service. */
    PUSH_URL: z.url({
      protocol: /^https?$/,
      error: 'must be the address of the push service, such as http://127.0.0.1:4003',
    }),
    /** What operators do about webhook endpoints is done by the events service; absent: they are shown and nothing more. */
    EVENTS_URL: optionalUrl,
    /** The control API of a sandbox whose stand-ins are set from the console; absent, as in production: nothing of it is there. */
    SANDBOX_URL: optionalUrl,
    OPERATOR_TOKEN: z
      .string({ error: 'must be the OPERATOR_TOKEN of the push service' })
      .min(20, { error: 'must be the OPERATOR_TOKEN of the push service, which has at least 20 characters' }),
    /** The auth service, under which name browsers know it. With OPERATOR_CLIENT_ID operators sign in there; else the password is the only way in. */
    AUTH_ISSUER: optionalUrl,
    /** The client of the auth service that this console is, and its secret, if it has one. */
    OPERATOR_CLIENT_ID: z.string().optional(),
    OPERATOR_CLIENT_SECRET: z.string().optional(),
    /** Where the console itself reaches the auth service, if that is another address: inside of a cluster. */
    AUTH_URL: optionalUrl,
    /** Where browsers reach this console; http://HOST:PORT unless told. */
    PUBLIC_URL: optionalUrl,
    /** First port of the block the services listen on; present, the start page links to their API documents. */
    PORT_BASE: portNumber.optional(),
  })
  .refine((given) => given.OPERATOR_CLIENT_ID === undefined || given.AUTH_ISSUER !== undefined, {
    path: ['AUTH_ISSUER'],
    error: 'must be the ISSUER of the auth service, whose client OPERATOR_CLIENT_ID is',
  });

export type ConsoleConfig = z.output<typeof environment>;

/** Reads the environment once. @throws ConfigError naming every bad variable. */
export function readConfig(): ConsoleConfig {
  return parseEnvironment(environment, process.env);
}
