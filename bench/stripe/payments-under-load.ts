/** The payments service as processes of its own, with one app and one source. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Envelope, loadMasterKey, saveCredential } from '@signalbox/credentials';
import { migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { canStartRedis, launchProcess, type RunningProcess, startRedis } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import { insertBenchApp } from '../machine/bench-app.ts';
import { FORGET, GIVE_UP, OPEN_WORK } from './payments-under-load.queries.ts';

export interface PaymentsUnderLoad {
  /** Where webhooks go. */
  readonly origin: string;
  /** Where the source's webhooks are posted to. */
  readonly path: string;
  readonly apiKey: string;
  /** In the order of their roles. */
  readonly processes: readonly RunningProcess[];
  /** Where the routes of the app's callers are. */
  readonly apiOrigin: string;
  /** Pieces of work that are not done. */
  readonly open: () => Promise<number>;
  /** Takes away all work that is not done. Whoever has some in hand ends it. */
  giveUp(): Promise<void>;
  /** Empties the tables that a round fills. Nobody works meanwhile, or the two would wait for each other. */
  forget(): Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface PaymentsOptions {
  /** Of each process; the first takes the webhooks. */
  readonly roles: readonly [string, ...string[]];
  /** Where the app's Stripe is; absent: it has no keys, and nothing is asked. */
  readonly stripeOrigin?: string;
  /** Absent: one of its own, if this machine has one. */
  readonly redisUrl?: string;
  /** For profiles: options of Node for each process. */
  readonly nodeArgs?: readonly string[];
}

export async function startPayments(
  databaseUrl: string,
  secret: string,
  { roles, stripeOrigin, redisUrl, nodeArgs = [] }: PaymentsOptions,
): Promise<PaymentsUnderLoad> {
  await migrate(databaseUrl, OWN_MIGRATIONS);
  await migrateQueueBackend(databaseUrl);
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-redis-'));
  const redis = redisUrl === undefined && canStartRedis() ? await startRedis({ directory }) : undefined;
  const masterKey = randomBytes(32).toString('base64');
  const running: RunningProcess[] = [];
  const start = async (roles: string): Promise<string> => {
    const origin = `http://127.0.0.1:${await freePort(0)}`;
    const service = await launchProcess({
      entry: 'apps/payments/dist/main.js',
      nodeArgs,
      env: {
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl ?? redis?.url,
        PORT: new URL(origin).port,
        MASTER_KEY: masterKey,
        PAYMENTS_ROLES: roles,
        LOG_LEVEL: 'error',
      },
      ready: { url: `${origin}/health/ready` },
    });
    running.push(service);
    return origin;
  };
  const database = openDatabase({ url: databaseUrl, name: 'bench', onIdleError: () => undefined });
  const { appId, apiKey } = await insertBenchApp(database, ['payments:write', 'payments:read']);
  if (stripeOrigin !== undefined) {
    const secrets = { secretKey: 'sk_test_bench', endpoint: { origin: stripeOrigin } };
    const envelope = new Envelope(loadMasterKey({ key: masterKey }));
    await saveCredential(database, envelope, { appId, provider: 'stripe', secret: secrets });
  }
  const origins = [];
  for (const each of roles) origins.push(await start(each));
  const apiOrigin = origins[roles.findIndex((each) => each.includes('api'))]!;
  return {
    origin: origins[0]!,
    apiOrigin,
    path: await makeSource(apiOrigin, apiKey, secret),
    apiKey,
    processes: running,
    open: async () => (await database.query<{ open: number }>(OPEN_WORK)).rows[0]!.open,
    async giveUp() {
      await database.query(GIVE_UP);
    },
    async forget() {
      await database.query(FORGET);
    },
    stop: async () => {
      await Promise.all(running.map((process) => process.stop()));
      await database.close();
      await redis?.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeSource(origin: string, apiKey: string, secret: string): Promise<string> {
  const made = await fetch(`${origin}/v1/stripe-sources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', secrets: [{ secret }] }),
  });
  return ((await made.json()) as { path: string }).path;
}
