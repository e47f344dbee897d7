/** The payments service as a process of its own, with one app and one source, on Redis if this machine has it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newUuid } from '../libs/contracts/dist/index.js';
import { migrate, openDatabase } from '../libs/database/dist/index.js';
import { freePort } from '../libs/embedded-postgres/dist/index.js';
import { hashApiKey } from '../libs/http/dist/index.js';
import { canStartRedis, launchProcess, startRedis } from '../libs/process-control/dist/index.js';
import { migrateQueueBackend } from '../libs/queues/dist/index.js';
import { INSERT_APP, INSERT_KEY } from './payments-under-load.queries.ts';

const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

export interface PaymentsUnderLoad {
  readonly origin: string;
  /** Where the source's webhooks are posted to. */
  readonly path: string;
  readonly pid: number;
  readonly apiKey: string;
  stop(): Promise<void>;
}

export async function startPayments(databaseUrl: string, secret: string): Promise<PaymentsUnderLoad> {
  await migrate(databaseUrl, MIGRATIONS);
  await migrateQueueBackend(databaseUrl);
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-redis-'));
  const redis = canStartRedis() ? await startRedis({ directory }) : undefined;
  const origin = `http://127.0.0.1:${await freePort(0)}`;
  const service = await launchProcess({
    entry: 'apps/payments/dist/main.js',
    env: {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis?.url,
      PORT: new URL(origin).port,
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'error',
    },
    ready: { url: `${origin}/health/ready` },
  });
  const apiKey = await makeKey(databaseUrl);
  return {
    origin,
    path: await makeSource(origin, apiKey, secret),
    pid: service.pid,
    apiKey,
    async stop() {
      await service.stop();
      await redis?.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeKey(databaseUrl: string): Promise<string> {
  const [appId, key] = [newUuid(), `sbk_test_${randomBytes(24).toString('base64url')}`];
  const database = openDatabase({ url: databaseUrl, name: 'bench', onIdleError: () => undefined });
  await database.query(INSERT_APP, [appId]);
  await database.query(INSERT_KEY, [newUuid(), appId, hashApiKey(key), ['payments:write', 'payments:read']]);
  await database.close();
  return key;
}

async function makeSource(origin: string, apiKey: string, secret: string): Promise<string> {
  const made = await fetch(`${origin}/v1/stripe-sources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', secrets: [{ secret }] }),
  });
  return ((await made.json()) as { path: string }).path;
}
