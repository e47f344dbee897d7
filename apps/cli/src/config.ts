import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError, optionalUrl, parseEnvironment, redisUrl } from '@signalbox/config';
import { z } from 'zod';

/** What the command line finds in its environment; every variable overrides the file that `npm start` writes. */
const environmentSchema = z.object({
  SIGNALBOX_AUTH_URL: optionalUrl,
  SIGNALBOX_PAYMENTS_URL: optionalUrl,
  SIGNALBOX_PUSH_URL: optionalUrl,
  SIGNALBOX_EVENTS_URL: optionalUrl,
  SIGNALBOX_API_KEY: z.string().optional(),
  SIGNALBOX_APP: z.string().optional(),
  OPERATOR_TOKEN: z.string().optional(),
  SIGNALBOX_CONSOLE_URL: optionalUrl,
  /** For `doctor` alone, which reads the database beside the services. */
  DATABASE_URL: optionalUrl,
  REDIS_URL: redisUrl,
  QUEUE_PREFIX: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
});

const localFileSchema = z.object({
  urls: z.object({
    auth: z.url(),
    payments: z.url().optional(),
    push: z.url(),
    events: z.url(),
    console: z.url().optional(),
  }),
  operatorToken: z.string(),
  operate: z
    .object({
      databaseUrl: z.string(),
      redisUrl: z.string().optional(),
      queuePrefix: z.string().optional(),
      masterKeyFile: z.string(),
    })
    .optional(),
  operators: z.object({ appId: z.string() }).optional(),
  demo: z.object({ appId: z.string(), secretKey: z.string() }).optional(),
});
type LocalFile = z.output<typeof localFileSchema>;
type Found = LocalFile & { readonly path: string };
type Given = z.output<typeof environmentSchema>;

export type ServiceName = 'auth' | 'payments' | 'push' | 'events';

/** Where one service listens and what this user may show it. */
export interface Service {
  readonly name: ServiceName;
  readonly url: string;
  readonly operatorToken: string | undefined;
  readonly apiKey: string | undefined;
}

/** What an operator's machine can look at without asking a service. */
export interface Operate {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly queuePrefix: string;
  /** Files that only their owner may read. */
  readonly secretFiles: readonly string[];
}

export interface Settings {
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly consoleUrl: string;
  readonly operate: Operate;
  /** The app that commands mean when none is named. */
  readonly appId: string | undefined;
  /** The app whose users operators are, where npm start made one. */
  readonly operatorsAppId: string | undefined;
}

const DEFAULT_URLS: Readonly<Record<ServiceName, string>> = {
  auth: 'http://127.0.0.1:4001',
  payments: 'http://127.0.0.1:4002',
  push: 'http://127.0.0.1:4003',
  events: 'http://127.0.0.1:4004',
};

const DEFAULT_CONSOLE = 'http://127.0.0.1:4000';
const DEFAULT_PREFIX = '{signalbox}';

/** @throws ConfigError naming every bad variable, or the local file and what is wrong in it. */
export function loadSettings(directory: string, environment: NodeJS.ProcessEnv = process.env): Settings {
  const given = parseEnvironment(environmentSchema, environment);
  const local = readLocalFile(directory);
  const service = (name: ServiceName, url: string | undefined): Service => {
    // The file's secrets belong to the file's services: a URL from elsewhere is never shown them.
    const trusted = url === undefined || url === local?.urls[name] ? local : undefined;
    return {
      name,
      url: url ?? local?.urls[name] ?? DEFAULT_URLS[name],
      operatorToken: given.OPERATOR_TOKEN ?? trusted?.operatorToken,
      apiKey: given.SIGNALBOX_API_KEY ?? trusted?.demo?.secretKey,
    };
  };
  return {
    services: {
      auth: service('auth', given.SIGNALBOX_AUTH_URL),
      payments: service('payments', given.SIGNALBOX_PAYMENTS_URL),
      push: service('push', given.SIGNALBOX_PUSH_URL),
      events: service('events', given.SIGNALBOX_EVENTS_URL),
    },
    consoleUrl: given.SIGNALBOX_CONSOLE_URL ?? local?.urls.console ?? DEFAULT_CONSOLE,
    operate: operateWith(given, local, service('push', given.SIGNALBOX_PUSH_URL).url === local?.urls.push),
    appId: given.SIGNALBOX_APP ?? local?.demo?.appId,
    operatorsAppId: local?.operators?.appId,
  };
}

/** The file's database belongs to the file's services: those that a URL names elsewhere have another. */
function operateWith(given: Given, local: Found | undefined, isLocal: boolean): Operate {
  const ofFile = isLocal ? local?.operate : undefined;
  const masterKeyFile = given.MASTER_KEY_FILE ?? ofFile?.masterKeyFile;
  return {
    databaseUrl: given.DATABASE_URL ?? ofFile?.databaseUrl,
    redisUrl: given.REDIS_URL ?? ofFile?.redisUrl,
    queuePrefix: given.QUEUE_PREFIX ?? ofFile?.queuePrefix ?? DEFAULT_PREFIX,
    secretFiles: [
      ...(masterKeyFile === undefined ? [] : [masterKeyFile]),
      ...(local === undefined || !isLocal ? [] : [local.path]),
    ],
  };
}

/** The nearest `.signalbox/local.json` from `directory` upwards. */
function readLocalFile(directory: string): Found | undefined {
  const path = join(directory, '.signalbox', 'local.json');
  if (!existsSync(path)) return dirname(directory) === directory ? undefined : readLocalFile(dirname(directory));
  try {
    return { ...localFileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))), path };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigError([`${path} cannot be used (${reason}); run npm start to write it again`]);
  }
}
