import { logLevel, optionalUrl, parseEnvironment, portNumber } from '@signalbox/config';
import { z } from 'zod';
import { TRANSPORT_KINDS } from './providers/transport-kind.js';

/** What one push process does: answer HTTP, route accepted work, send it to a provider. Roles scale separately. */
const ROLES = ['api', 'route', 'apns', 'fcm'] as const;
export type Role = (typeof ROLES)[number];

const roles = z
  .string()
  .default(ROLES.join(','))
  .transform((list) => list.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES)).min(1))
  .transform((list) => new Set<Role>(list));

const environment = z.object({
  DATABASE_URL: z.url(),
  /** Absent: BullMQ keeps its queues in Postgres. */
  REDIS_URL: optionalUrl.refine((url) => url === undefined || /^rediss?:\/\//.test(url), {
    error: 'must begin with redis:// or rediss://; Sentinel and Cluster are not available yet',
  }),
  QUEUE_PREFIX: z
    .string()
    .regex(/^\{[a-z0-9-]+\}$/, { error: 'must be a hash tag such as {signalbox}' })
    .default('{signalbox}'),
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.or(z.literal('0').transform(() => 0)).default(4003),
  LOG_LEVEL: logLevel,
  OPERATOR_TOKEN: z.string().min(20),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  PUSH_ROLES: roles,
  /** Whose code speaks to Apple and Google; see docs/adr/0003-apns-client.md. */
  PUSH_TRANSPORTS: z
    .enum(TRANSPORT_KINDS, { error: 'must be own (our HTTP/2) or sdk (@parse/node-apn and firebase-admin)' })
    .default('own'),
  /** Days that outcomes are kept; absent keeps them for good. Longer than any message can live. */
  DELIVERY_RETENTION_DAYS: z.coerce.number().int().min(40).optional(),
});

export type Config = z.output<typeof environment>;

/** Reads the environment once. @throws ConfigError naming every bad variable. */
export function readConfig(): Config {
  return parseEnvironment(environment, process.env);
}
