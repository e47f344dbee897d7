import { z } from 'zod';
import { parseRedisUrl } from './redis-address.js';

/** A TCP port, 1 to 65535. */
export const portNumber = z.coerce.number().int().min(1).max(65_535);

/** pino's levels. */
export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

/** A URL that may be absent. */
export const optionalUrl = z.url().optional();

/** Where the queues are: one Redis, Sentinels or a Redis Cluster; absent: BullMQ keeps them in Postgres. */
export const redisUrl = z
  .string()
  .superRefine((url, context) => {
    try {
      parseRedisUrl(url);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  })
  .optional();

/** The prefix of all keys in Redis: a hash tag, to which each queue adds its name in a cluster. */
export const queuePrefix = z
  .string()
  .regex(/^\{[a-z0-9-]+\}$/, { error: 'must be a hash tag such as {signalbox}' })
  .default('{signalbox}');

/** Off unless it says `true`. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

/** The share of traces that is kept, 0 to 1. */
export const traceShare = z.coerce.number().min(0).max(1).optional();

/** What one process of a service does, as a list such as `edge,api`; all of it unless told. Roles scale separately. */
export function rolesOf<const Role extends string>(all: readonly [Role, ...Role[]]) {
  return z
    .string()
    .default(all.join(','))
    .transform((list) => list.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(all)).min(1))
    .transform((list): ReadonlySet<Role> => new Set<Role>(list as Role[]));
}

/** Seconds that a stop may take until the process ends all the same. */
export const stopSeconds = z.coerce.number().min(1).max(3_600).optional();

/** Seconds of these in which a service that was asked to stop answers on; see docs/deployment.md. */
export const drainSeconds = z.coerce.number().min(0).max(300).optional();
