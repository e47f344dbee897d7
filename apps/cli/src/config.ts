import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError, optionalUrl, parseEnvironment } from '@signalbox/config';
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
});

const localFileSchema = z.object({
  urls: z.object({ auth: z.url(), payments: z.url().optional(), push: z.url(), events: z.url() }),
  operatorToken: z.string(),
  demo: z.object({ appId: z.string(), secretKey: z.string() }).optional(),
});
type LocalFile = z.output<typeof localFileSchema>;

export type ServiceName = 'auth' | 'payments' | 'push' | 'events';

/** Where one service listens and what this user may show it. */
export interface Service {
  readonly name: ServiceName;
  readonly url: string;
  readonly operatorToken: string | undefined;
  readonly apiKey: string | undefined;
}

export interface Settings {
  readonly services: Readonly<Record<ServiceName, Service>>;
  /** The app that commands mean when none is named. */
  readonly appId: string | undefined;
}

const DEFAULT_URLS: Readonly<Record<ServiceName, string>> = {
  auth: 'http://127.0.0.1:4001',
  payments: 'http://127.0.0.1:4002',
  push: 'http://127.0.0.1:4003',
  events: 'http://127.0.0.1:4004',
};

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
    appId: given.SIGNALBOX_APP ?? local?.demo?.appId,
  };
}

/** The nearest `.signalbox/local.json` from `directory` upwards. */
function readLocalFile(directory: string): LocalFile | undefined {
  const path = join(directory, '.signalbox', 'local.json');
  if (!existsSync(path)) return dirname(directory) === directory ? undefined : readLocalFile(dirname(directory));
  try {
    return localFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigError([`${path} cannot be used (${reason}); run npm start to write it again`]);
  }
}
