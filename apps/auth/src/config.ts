import { logLevel, parseEnvironment, portNumber } from '@signalbox/config';
import { z } from 'zod';

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.default(4001),
  LOG_LEVEL: logLevel,
  DATABASE_URL: z.url('must be a postgres:// URL'),
  OPERATOR_TOKEN: z
    .string({ error: 'is required: sbo_ followed by at least 32 random characters' })
    .regex(/^sbo_\S{32,}$/, 'must be sbo_ followed by at least 32 random characters'),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
});

export type AuthConfig = z.output<typeof schema>;

/** @throws ConfigError naming every bad variable. */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): AuthConfig {
  return parseEnvironment(schema, environment);
}
