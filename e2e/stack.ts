import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@signalbox/embedded-postgres';
import { type RunningProcess, startProcess, startSandbox } from '@signalbox/testing';

/** What the whole system stands on. */
export interface StackOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string | undefined;
  /** Services that are wanted besides auth, push and the sandbox. */
  readonly withEvents?: boolean;
  /** Added to the environment of the push process. */
  readonly pushEnv?: Readonly<Record<string, string>>;
  /** The same of auth. */
  readonly authEnv?: Readonly<Record<string, string>>;
  /** The same of events. */
  readonly eventsEnv?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The tests look into answers of many shapes; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** One request that the sandbox received. */
export interface ReceivedPush {
  readonly provider: 'apns' | 'fcm';
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Record<string, unknown>;
  readonly answer: { readonly status: number };
  readonly receivedAt: string;
}

/** Real processes on a test's own database: sandbox, auth, push and, if wanted, events, with one test app in them. */
export interface Stack {
  readonly auth: RunningProcess;
  readonly push: RunningProcess;
  readonly events: RunningProcess | undefined;
  readonly urls: { readonly control: string; readonly auth: string; readonly push: string; readonly events: string };
  readonly app: TestApp;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where every push is written, fsynced, before the sandbox answers it. */
  readonly oracleLog: string;
  call(
    method: string,
    url: string,
    options?: { key?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** `call` on the push service with the app's key. */
  push_(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  createApp(name: string): Promise<TestApp>;
  registerDevice(app: TestApp, device: { installation: string; user: string; token: string }): Promise<void>;
  /** The pushes in the oracle log, in order; Apple's unless told. */
  received(provider?: ReceivedPush['provider']): ReceivedPush[];
  stop(): Promise<void>;
}

export interface TestApp {
  readonly id: string;
  readonly secretKey: string;
}

const BUNDLE = 'com.example.app';

/** A token that the sandbox accepts: 64 hex digits that begin with nothing special. */
export function goodToken(): string {
  return `11${randomBytes(31).toString('hex')}`;
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const state = mkdtempSync(join(tmpdir(), 'signalbox-e2e-'));
  const oracleLog = join(state, 'oracle.ndjson');
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;
  const [auth, push, events] = await Promise.all(Array.from({ length: 3 }, () => freePort(0)));
  const url = (port: number | undefined): string => `http://127.0.0.1:${port}`;
  const services = { auth: url(auth), push: url(push), events: url(events) };
  const env = {
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: options.redisUrl,
    QUEUE_PREFIX: `{e2e-${randomBytes(4).toString('hex')}}`,
    OPERATOR_TOKEN: operatorToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'info',
  };
  const ready = (base: string) => ({ url: `${base}/health/ready` });
  const [sandbox, authProcess, pushProcess, eventsProcess] = await Promise.all([
    startSandbox({ STATE_DIR: state, ORACLE_LOG: oracleLog }),
    startProcess({
      entry: 'apps/auth/dist/main.js',
      env: { ...env, PORT: `${auth}`, ...options.authEnv },
      ready: ready(services.auth),
    }),
    startProcess({
      entry: 'apps/push/dist/main.js',
      env: { ...env, PORT: `${push}`, ...options.pushEnv },
      ready: ready(services.push),
    }),
    options.withEvents
      ? startProcess({
          entry: 'apps/events/dist/main.js',
          env: { ...env, PORT: `${events}`, ...options.eventsEnv },
          ready: ready(services.events),
        })
      : undefined,
  ]);
  const urls = { control: sandbox.origin, ...services };

  const call: Stack['call'] = async (method, target, { key, body, headers } = {}) => {
    const response = await fetch(target, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
  const must = async (status: number, answer: Promise<Answer>): Promise<Answer> => {
    const got = await answer;
    if (got.status !== status) throw new Error(`expected ${status}, got ${got.status}: ${JSON.stringify(got.body)}`);
    return got;
  };

  const createApp = async (name: string): Promise<TestApp> => {
    const asOperator = (path: string, body: unknown) =>
      call('POST', `${urls.auth}${path}`, { key: operatorToken, body });
    const { id } = (await must(201, asOperator('/v1/apps', { name, mode: 'test' }))).body as { id: string };
    const { key } = (await must(201, asOperator('/v1/api-keys', { appId: id, kind: 'secret', name: 'tests' })))
      .body as { key: string };
    const asOf = async (provider: string): Promise<object> =>
      (await must(200, call('GET', `${urls.control}/v1/${provider}/credential`))).body as object;
    const put = (provider: string, body: object) =>
      call('PUT', `${urls.auth}/v1/apps/${id}/credentials/${provider}`, { key: operatorToken, body });
    await must(200, put('fcm', await asOf('fcm')));
    await must(200, put('apns', await asOf('apns')));
    return { id, secretKey: key };
  };
  const app = await createApp('e2e');

  return {
    auth: authProcess,
    push: pushProcess,
    events: eventsProcess,
    urls,
    app,
    env,
    oracleLog,
    call,
    push_: (method, path, body, headers) =>
      call(method, `${urls.push}${path}`, {
        key: app.secretKey,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      }),
    createApp,
    async registerDevice({ secretKey }, { installation, user, token }) {
      const body = {
        userId: user,
        platform: 'ios',
        target: { kind: 'apns', token },
        environment: 'sandbox',
        bundleId: BUNDLE,
      };
      await must(201, call('PUT', `${urls.push}/v1/devices/${installation}`, { key: secretKey, body }));
    },
    received: (provider = 'apns') =>
      readFileSync(oracleLog, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as ReceivedPush)
        .filter((push) => push.provider === provider),
    async stop() {
      await Promise.all([authProcess, pushProcess, eventsProcess].map(async (process) => process?.stop()));
      await sandbox.stop();
    },
  };
}
