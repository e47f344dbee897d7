import { randomBytes } from 'node:crypto';
import { freePort } from '@signalbox/embedded-postgres';

/** An app of the image, what it is told, and how one knows that it runs. */
export interface App {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** `ready`: answers /health/ready at PORT. `listens`: says so. `ends`: does its work and ends with 0. */
  readonly until: 'ready' | 'listens' | 'ends';
  readonly args?: readonly string[];
}

/** Every app that the image is for, in the order in which they can be started. */
export async function appsOn(databaseUrl: string): Promise<App[]> {
  const ports = new Map<string, string>();
  for (const name of ['auth', 'payments', 'push', 'events', 'console']) ports.set(name, String(await freePort(0)));
  const at = (name: string): string => `http://127.0.0.1:${ports.get(name)}`;
  const operator = { OPERATOR_TOKEN: `sbo_${randomBytes(32).toString('hex')}` };
  const service = (name: string, more: Readonly<Record<string, string>>): App => ({
    name,
    env: {
      ...{ PORT: ports.get(name)!, DATABASE_URL: databaseUrl, MASTER_KEY: MASTER_KEY, ...operator },
      ...more,
    },
    until: 'ready',
  });
  const access = { AUTH_ISSUER: at('auth') };
  return [
    { name: 'migrate', env: { DATABASE_URL: databaseUrl }, until: 'ends' },
    service('auth', { ISSUER: at('auth') }),
    service('payments', access),
    service('push', access),
    service('events', access),
    service('console', { OPERATOR_PASSWORD: randomBytes(16).toString('hex'), PUSH_URL: at('push') }),
    { name: 'sandbox', env: { ...sandboxPorts(), NODE_OPTIONS: '' }, until: 'listens' },
    { name: 'cli', env: {}, until: 'ends', args: ['--help'] },
  ];
}

const MASTER_KEY = randomBytes(32).toString('base64');

function sandboxPorts(): Record<string, string> {
  const names = ['CONTROL', 'APNS', 'FCM', 'STRIPE', 'BRAINTREE', 'SIGN_IN', 'MAIL', 'WEB_PUSH'];
  return Object.fromEntries(names.map((name) => [`${name}_PORT`, '0']));
}
