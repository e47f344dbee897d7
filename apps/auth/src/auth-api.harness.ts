import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { Database } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { startTokenIssuer, type TestIssuer, usePostgres } from '@signalbox/testing';
import type { AuthConfig } from './config.js';
import { type RunningAuth, startAuth } from './service.js';

export const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;
export const ISSUER = 'http://auth.test';

export interface Answer {
  readonly status: number;
  // The tests look into answers of many shapes; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface NewKey {
  readonly id: string;
  readonly key: string;
  readonly expiresAt: string | null;
}

/** The auth service over a database of its own, as backends and operators call it; and somebody else's issuer. */
export interface AuthApi {
  url(): string;
  idp(): TestIssuer;
  database(): Database;
  call(
    method: string,
    path: string,
    token: string | undefined,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  newApp(mode?: string): Promise<string>;
  newKey(appId: string, more?: object): Promise<NewKey>;
}

export function useAuthApi(config: Partial<AuthConfig> = {}): AuthApi {
  let auth: RunningAuth;
  let idp: TestIssuer;
  // Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
  afterAll(async () => {
    await auth.close();
    await idp.close();
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    idp = await startTokenIssuer();
    auth = await startAuth(
      {
        HOST: '127.0.0.1',
        PORT: 0,
        LOG_LEVEL: 'silent',
        DATABASE_URL: postgres.url(),
        QUEUE_PREFIX: '{auth-api}',
        OPERATOR_TOKEN: OPERATOR,
        MASTER_KEY: randomBytes(32).toString('base64'),
        ISSUER,
        API_AUDIENCE: 'urn:signalbox:api',
        AUTH_ALLOW_PRIVATE: true,
        SIGNING_KEY_DAYS: 90,
        SIGN_IN_CALLS_PER_MINUTE: 1_000,
        DATA_REQUEST_SERVICES: ['auth'],
        DATA_REQUEST_DUE_HOURS: 72,
        MAIL_FROM: 'no-reply@example.com',
        UV_THREADPOOL_SIZE: 4,
        ...config,
      },
      createLogger('auth', 'silent'),
    );
  });
  const call: AuthApi['call'] = async (method, path, token, body, headers = {}) => {
    const response = await fetch(new URL(path, auth.url), {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const made = async (path: string, body: object): Promise<Answer['body']> => {
    const answer = await call('POST', path, OPERATOR, body);
    if (answer.status !== 201) throw new Error(`POST ${path} was answered ${JSON.stringify(answer)}`);
    return answer.body;
  };
  return {
    url: () => auth.url,
    idp: () => idp,
    database: () => postgres.database(),
    call,
    newApp: async (mode = 'test') => (await made('/v1/apps', { name: 'Shop', mode })).id as string,
    newKey: async (appId, more = {}) =>
      (await made('/v1/api-keys', { appId, kind: 'secret', name: 'k', ...more })) as NewKey,
  };
}
