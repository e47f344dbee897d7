import { join } from 'node:path';
import { HEAP_BOUNDS } from '@signalbox/config';
import type { LauncherConfig } from '../config.js';
import { type Ports, urlOf } from '../ports.js';
import type { Secrets } from '../run/secrets.js';
import type { StateFolder } from '../run/state-folder.js';

const SERVICE_NAMES = ['sandbox', 'auth', 'payments', 'push', 'events', 'console'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** One child: what it runs, what it is told, and how one knows that it works. */
export interface ServiceSpec {
  readonly name: ServiceName;
  readonly entry: string;
  /** Options of Node itself. */
  readonly nodeArgs: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers 200 when the service can do its work. */
  readonly readyUrl: string;
  readonly logFile: string;
}

export interface Surroundings {
  readonly config: LauncherConfig;
  readonly folder: StateFolder;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly databaseUrl: string;
  /** As which client of auth the console signs operators in; absent: it knows the operator password alone. */
  readonly operatorClientId?: string;
}

/** Everybody gets what it needs and no secret more. */
export function describeServices(surroundings: Surroundings): ServiceSpec[] {
  const { config, folder, ports, secrets, databaseUrl, operatorClientId } = surroundings;
  // Sooner than it is killed, so that it can say why.
  const host = {
    ...{ HOST: '127.0.0.1', LOG_LEVEL: config.logLevel, STOP_SECONDS: '11' },
    // What V8 made of the code is kept for the next start; here, since in a folder that others can write they could put code of theirs.
    NODE_COMPILE_CACHE: folder.path('compiled'),
  };
  const database = { DATABASE_URL: databaseUrl };
  const queues = { REDIS_URL: config.redisUrl, QUEUE_PREFIX: config.queuePrefix };
  const operator = { OPERATOR_TOKEN: secrets.operatorToken };
  // Nobody else uses the sandbox: what a check finds is seen soon.
  const checks = { SYNTHETIC_CHECK_SECONDS: '60' };
  const sealing = { MASTER_KEY_FILE: secrets.masterKeyFile };
  const at = (port: number): { PORT: string } => ({ PORT: String(port) });
  // A stand-in for somebody's identity provider listens on this machine.
  const access = (port: number) => ({
    AUTH_ISSUER: urlOf(ports.auth),
    PUBLIC_URL: urlOf(port),
    AUTH_ALLOW_PRIVATE: 'true',
  });
  const environments = {
    sandbox: {
      ...host,
      CONTROL_PORT: String(ports['sandbox control']),
      APNS_PORT: String(ports['sandbox APNs']),
      FCM_PORT: String(ports['sandbox FCM']),
      STRIPE_PORT: String(ports['sandbox Stripe']),
      BRAINTREE_PORT: String(ports['sandbox Braintree']),
      SIGN_IN_PORT: String(ports['sandbox sign-in']),
      MAIL_PORT: String(ports['sandbox mail']),
      WEB_PUSH_PORT: String(ports['sandbox Web Push']),
      STATE_DIR: folder.path('sandbox'),
    },
    auth: {
      ...host,
      ...at(ports.auth),
      ...database,
      ...queues,
      ...operator,
      ...sealing,
      ISSUER: urlOf(ports.auth),
      AUTH_ALLOW_PRIVATE: 'true',
      // The sandbox's mailboxes: nothing leaves this machine.
      SMTP_URL: `smtp://127.0.0.1:${ports['sandbox mail']}`,
      MAIL_FROM: 'no-reply@signalbox.example',
    },
    payments: {
      ...host,
      ...at(ports.payments),
      ...database,
      ...queues,
      ...operator,
      ...sealing,
      ...access(ports.payments),
      ...checks,
    },
    push: {
      ...host,
      ...at(ports.push),
      ...database,
      ...queues,
      ...operator,
      ...sealing,
      ...access(ports.push),
      ...checks,
      PUSH_TRANSPORTS: config.pushTransports,
    },
    events: {
      ...host,
      ...at(ports.events),
      ...database,
      ...queues,
      ...operator,
      ...sealing,
      ...access(ports.events),
      // A backend that is being written listens on this machine.
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
    console: {
      ...host,
      ...at(ports.console),
      ...database,
      ...queues,
      ...operator,
      OPERATOR_PASSWORD: secrets.operatorPassword,
      PUSH_URL: urlOf(ports.push),
      EVENTS_URL: urlOf(ports.events),
      // What the stand-ins do wrong is set there.
      SANDBOX_URL: urlOf(ports['sandbox control']),
      PUBLIC_URL: urlOf(ports.console),
      ...(operatorClientId === undefined
        ? {}
        : { AUTH_ISSUER: urlOf(ports.auth), OPERATOR_CLIENT_ID: operatorClientId }),
    },
  } satisfies Record<ServiceName, Record<string, string | undefined>>;
  return SERVICE_NAMES.map((name) => ({
    name,
    entry: join(config.repository, 'apps', name, 'dist/main.js'),
    // The sandbox keeps what it was sent, for as long as it was told to.
    nodeArgs: name === 'sandbox' ? [] : HEAP_BOUNDS,
    env: environments[name],
    readyUrl:
      name === 'sandbox' ? `${urlOf(ports['sandbox control'])}/health/live` : `${urlOf(ports[name])}/health/ready`,
    logFile: folder.path('logs', `${name}.log`),
  }));
}
