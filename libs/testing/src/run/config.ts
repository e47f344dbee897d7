import { optionalUrl, parseEnvironment } from '@signalbox/config';
import { z } from 'zod';

/** Where the servers of this run are; set by globalSetup, inherited by every worker. */
export interface RunAddresses {
  readonly postgresUrl: string;
  readonly templateName: string;
  readonly redisUrl: string | undefined;
}

/** Folders of a run, for everything that is started in it. */
export interface RunFolders {
  /** In the place of the machine's folder for temporary files. */
  readonly temporary: string;
  /** What Node compiled: a service is started hundreds of times. */
  readonly compiled: string;
}

const runSchema = z.object({
  SIGNALBOX_TEST_POSTGRES: z.url({
    error:
      'is not set; run jest with the configuration at the root of the repository, whose globalSetup starts Postgres',
  }),
  SIGNALBOX_TEST_TEMPLATE: z.string(),
  SIGNALBOX_TEST_REDIS: optionalUrl,
  JEST_WORKER_ID: z.coerce.number().int().min(1).default(1),
});

/** Passes them on to the workers that jest is about to start, and to what they start. */
export function publishFolders({ temporary, compiled }: RunFolders): void {
  process.env['TMPDIR'] = temporary;
  process.env['NODE_COMPILE_CACHE'] = compiled;
}

/** Passes the addresses on to the workers that jest is about to start. */
export function publishRun(run: RunAddresses): void {
  process.env['SIGNALBOX_TEST_POSTGRES'] = run.postgresUrl;
  process.env['SIGNALBOX_TEST_TEMPLATE'] = run.templateName;
  if (run.redisUrl === undefined) delete process.env['SIGNALBOX_TEST_REDIS'];
  else process.env['SIGNALBOX_TEST_REDIS'] = run.redisUrl;
}

/** @throws ConfigError outside a run. */
export function currentRun(): RunAddresses & { readonly worker: number } {
  const run = parseEnvironment(runSchema, process.env);
  return {
    postgresUrl: run.SIGNALBOX_TEST_POSTGRES,
    templateName: run.SIGNALBOX_TEST_TEMPLATE,
    redisUrl: run.SIGNALBOX_TEST_REDIS,
    worker: run.JEST_WORKER_ID,
  };
}

/** A Redis that the caller provides; everything in its databases 1 to 15 may be lost. */
export function redisOfTheMachine(): string | undefined {
  return parseEnvironment(z.object({ TEST_REDIS_URL: optionalUrl }), process.env).TEST_REDIS_URL;
}
