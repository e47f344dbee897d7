import { logLevel, parseEnvironment } from '@signalbox/config';
import { z } from 'zod';

const schema = z.object({ DATABASE_URL: z.url('must be a postgres:// URL'), LOG_LEVEL: logLevel });

export interface Config {
  readonly databaseUrl: string;
  readonly logLevel: string;
}

/** @throws ConfigError naming every bad variable. */
export function readConfig(): Config {
  const variables = parseEnvironment(schema, process.env);
  return {
    databaseUrl: variables.DATABASE_URL,
    logLevel: variables.LOG_LEVEL,
  };
}
