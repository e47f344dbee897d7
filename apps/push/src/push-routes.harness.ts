import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { type Access, openAccess, type TokenAuthenticator } from '@signalbox/access';
import { newUuid, type Scope, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { hashApiKey, type RunningService, startService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { startTokenIssuer, type TestIssuer, usePostgres } from '@signalbox/testing';

export interface TestApp {
  readonly id: Uuid;
  /** With devices:write and devices:read. */
  readonly secret: string;
  readonly publishable: string;
  readonly userTokenSecret: string;
}

export interface Answer<Body> {
  readonly status: number;
  readonly text: string;
  readonly etag: string | null;
  readonly body: Body;
}

/** Some of push's routes on a real server and a database of their own. */
export interface PushRoutes {
  database(): Database;
  databaseUrl(): string;
  readonly logLines: string[];
  readonly operatorToken: string;
  /** Where they answer. */
  url(): string;
  /** Whose access tokens are taken. */
  issuer(): TestIssuer;
  makeApp(): Promise<TestApp>;
  makeKey(app: Uuid, kind: 'secret' | 'publishable', scopes: Scope[], sealed?: Buffer): Promise<string>;
  /** `Body` is what the expectations look into. */
  call<Body>(
    method: string,
    path: string,
    key: string | undefined,
    body?: unknown,
    userToken?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Body>>;
}

@Module({})
class TestModule {}

export function usePushRoutes(
  modules: (database: Database, envelope: Envelope, tokens: TokenAuthenticator) => DynamicModule[],
): PushRoutes {
  // Hooks run in the order of their making: the server leaves before its database is dropped.
  let service: RunningService;
  let access: Access;
  let issuer: TestIssuer;
  afterAll(async () => {
    await service.close();
    await access.close();
    await issuer.close();
  });
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const logLines: string[] = [];
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;

  beforeAll(async () => {
    const database = postgres.database();
    const logger = createLogger('push', 'trace', { write: (line) => logLines.push(line) });
    const metrics = createMetrics('push');
    issuer = await startTokenIssuer();
    const config = {
      HOST: '127.0.0.1',
      PORT: 0,
      DATABASE_URL: postgres.url(),
      QUEUE_PREFIX: '{push-routes}',
      OPERATOR_TOKEN: operatorToken,
      AUTH_ISSUER: issuer.url,
      PUBLIC_URL: 'https://push.example.com',
    };
    access = await openAccess({ name: 'push', config, sql: database, logger, metrics });
    service = await startService({
      name: 'push',
      module: { module: TestModule, imports: modules(database, envelope, access.authenticator) },
      host: '127.0.0.1',
      port: 0,
      logger,
      metrics,
      authenticator: access.authenticator,
      readiness: async () => ({ ready: true, checks: {} }),
      title: 'push',
      description: 'push',
    });
  });

  async function makeKey(app: Uuid, kind: 'secret' | 'publishable', scopes: Scope[], sealed?: Buffer): Promise<string> {
    const key = `${kind === 'secret' ? 'sbk' : 'sbp'}_test_${randomBytes(32).toString('base64url')}`;
    await postgres.database().query(
      `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes, user_token_secret)
       VALUES ($1, $2, $3, 'k', 'h', $4, $5, $6)`,
      [newUuid(), app, kind, hashApiKey(key), scopes, sealed ?? null],
    );
    return key;
  }

  return {
    database: () => postgres.database(),
    databaseUrl: () => postgres.url(),
    logLines,
    operatorToken,
    url: () => service.url,
    issuer: () => issuer,
    makeKey,
    async makeApp() {
      const id = newUuid();
      const userTokenSecret = `sbu_test_${randomBytes(32).toString('base64url')}`;
      const context = { appId: id, table: 'api_key', column: 'user_token_secret' };
      await postgres.database().query("INSERT INTO app (id, name, mode) VALUES ($1, 'Shop', 'test')", [id]);
      return {
        id,
        userTokenSecret,
        secret: await makeKey(id, 'secret', ['devices:write', 'devices:read']),
        publishable: await makeKey(
          id,
          'publishable',
          ['devices:register-own'],
          envelope.seal(userTokenSecret, context),
        ),
      };
    },
    async call<Body>(
      method: string,
      path: string,
      key: string | undefined,
      body?: unknown,
      userToken?: string,
      headers: Readonly<Record<string, string>> = {},
    ) {
      const response = await fetch(new URL(path, service.url), {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(userToken === undefined ? {} : { 'signalbox-user-token': userToken }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        text,
        etag: response.headers.get('etag'),
        body: JSON.parse(text || '{}') as Body,
      };
    },
  };
}
