import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionalUrl, parseEnvironment } from '@signalbox/config';
import { z } from 'zod';

const environment = z.object({
  DATABASE_URL: optionalUrl,
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  SIGNALBOX_DIR: z.string().optional(),
});
const localFile = z.looseObject({
  operate: z.looseObject({ databaseUrl: z.string(), masterKeyFile: z.string() }).optional(),
});

/** Whose database is copied, and the key that has to go with it. */
export interface DrillConfig {
  readonly databaseUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly masterKeyFile: string | undefined;
}

/** The environment, or what npm start left of its own. @throws ConfigError naming every bad variable. */
export function readConfig(repository: string): DrillConfig {
  const given = parseEnvironment(environment, process.env);
  const file = join(given.SIGNALBOX_DIR ?? join(repository, '.signalbox'), 'local.json');
  const local = existsSync(file) ? localFile.parse(JSON.parse(readFileSync(file, 'utf8'))).operate : undefined;
  const ofLocal = given.DATABASE_URL === undefined ? local : undefined;
  return {
    databaseUrl: given.DATABASE_URL ?? ofLocal?.databaseUrl,
    masterKey: given.MASTER_KEY,
    masterKeyFile: given.MASTER_KEY === undefined ? (given.MASTER_KEY_FILE ?? ofLocal?.masterKeyFile) : undefined,
  };
}

/** What a service of the drill inherits: nothing of ours, so that no REDIS_URL or PUSH_ROLES of this shell reaches it. */
export function bareEnvironment(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], TZ: 'UTC' };
}
