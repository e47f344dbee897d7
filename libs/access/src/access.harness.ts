import { afterAll, beforeAll } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { insertApp, startTokenIssuer, type TestIssuer, usePostgres } from '@signalbox/testing';
import { type Access, type AccessOptions, type AccessVariables, openAccess } from './open-access.js';

const PUBLIC_URL = 'https://api.example.com/push';

/** An issuer, an app and what a service knows callers by, over a database of their own. */
export interface AccessUnderTest {
  database(): Database;
  databaseUrl(): string;
  issuer(): TestIssuer;
  app(): Uuid;
  /** Closed after the last test. */
  open(config?: Partial<AccessVariables>, options?: Partial<AccessOptions>): Promise<Access>;
}

export function useAccess(): AccessUnderTest {
  const opened: Access[] = [];
  let issuer: TestIssuer;
  let app: Uuid = newUuid();
  // Hooks run in the order of their making: whoever is connected leaves before the database is dropped.
  afterAll(async () => {
    await Promise.all(opened.map((access) => access.close()));
    await issuer.close();
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    app = await insertApp(postgres.database());
  });
  return {
    database: () => postgres.database(),
    databaseUrl: () => postgres.url(),
    issuer: () => issuer,
    app: () => app,
    async open(config = {}, options = {}) {
      const access = await openAccess({
        name: 'test',
        config: {
          HOST: '127.0.0.1',
          PORT: 1,
          DATABASE_URL: postgres.url(),
          QUEUE_PREFIX: '{test}',
          AUTH_ISSUER: issuer.url,
          PUBLIC_URL,
          AUTH_ALLOW_PRIVATE: true,
          ...config,
        },
        sql: postgres.database(),
        logger: createLogger('test', 'silent'),
        metrics: createMetrics('test'),
        ...options,
      });
      opened.push(access);
      return access;
    },
  };
}
