import { logLevel, parseEnvironment, portNumber } from '@signalbox/config';
import { z } from 'zod';

/** Provider events are recognised as repeated for 35 days; their partitions live a little longer. */
const LEAST_RETENTION_DAYS = 40;

const environment = z.object({
  DATABASE_URL: z.url(),
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.default(4004),
  LOG_LEVEL: logLevel,
  OPERATOR_TOKEN: z.string().min(20).optional(),
  /** Days that an event is kept; absent: for ever. */
  EVENT_RETENTION_DAYS: z.coerce.number().int().min(LEAST_RETENTION_DAYS).optional(),
});

export type EventsConfig = z.output<typeof environment>;

/** Reads the environment once. @throws ConfigError naming every bad variable. */
export function readConfig(): EventsConfig {
  return parseEnvironment(environment, process.env);
}
