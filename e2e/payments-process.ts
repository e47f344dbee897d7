import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { insertAppWithKey, type RunningProcess, startProcess } from '@signalbox/testing';

/** The payments service as a real process, with one test app and one Stripe source. */
export interface PaymentsUnderTest {
  readonly process: RunningProcess;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sourceId: string;
  /** Posts an event as Stripe does; undefined when nobody answered. `base` is another payments process on the same database. */
  deliver(eventId: string, base?: string): Promise<number | undefined>;
}

export async function startPaymentsProcess(
  database: Database,
  settings: { readonly databaseUrl: string; readonly redisUrl: string | undefined },
): Promise<PaymentsUnderTest> {
  const url = `http://127.0.0.1:${await freePort(0)}`;
  const env = {
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    QUEUE_PREFIX: `{e2e-${randomBytes(4).toString('hex')}}`,
    MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'info',
  };
  const process = await startProcess({
    entry: 'apps/payments/dist/main.js',
    env: { ...env, PORT: new URL(url).port },
    ready: { url: `${url}/health/ready` },
  });
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const { id, path } = await makeSource(database, url, secret);
  return {
    process,
    env,
    sourceId: id,
    async deliver(eventId, base = url) {
      const body = JSON.stringify(eventNamed(eventId));
      const seconds = Math.floor(Date.now() / 1_000);
      const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
      const headers = { 'stripe-signature': `t=${seconds},v1=${mac}`, 'content-type': 'application/json' };
      const answer = await fetch(new URL(path, base), { method: 'POST', headers, body }).catch(() => undefined);
      return answer?.status;
    },
  };
}

async function makeSource(database: Database, url: string, secret: string): Promise<{ id: string; path: string }> {
  const { key } = await insertAppWithKey(database, ['payments:write', 'payments:read']);
  const response = await fetch(`${url}/v1/stripe-sources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'e2e', secrets: [{ secret }] }),
  });
  return (await response.json()) as { id: string; path: string };
}

function eventNamed(id: string): object {
  return {
    id,
    object: 'event',
    api_version: '2026-09-30.endive',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    type: 'balance.available',
    data: { object: { object: 'balance' } },
  };
}
