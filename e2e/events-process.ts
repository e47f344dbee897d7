import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstUuidAt, formatId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { append } from '@signalbox/event-log';
import { insertAppWithKey, type RunningProcess, startProcess } from '@signalbox/testing';

const INVARIANT = readFileSync(
  fileURLToPath(new URL('../prisma/invariants/webhook-deliveries.sql', import.meta.url)),
  'utf8',
);

/** The events service as a real process, with one test app that may have webhooks. */
export interface EventsUnderTest {
  readonly process: RunningProcess;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `base` is another events process on the same database. */
  call(method: string, path: string, body?: unknown, base?: string): Promise<{ status: number; body: unknown }>;
  makeEndpoint(settings: object): Promise<string>;
  /** Facts of the app, one for each subject, as events have them. */
  facts(database: Database, subjects: readonly string[]): Promise<string[]>;
}

export async function startEventsProcess(
  database: Database,
  settings: { readonly databaseUrl: string; readonly redisUrl: string | undefined },
): Promise<EventsUnderTest> {
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    QUEUE_PREFIX: `{e2e-${randomBytes(4).toString('hex')}}`,
    MASTER_KEY: randomBytes(32).toString('base64'),
    WEBHOOK_ALLOW_PRIVATE: 'true',
    LOG_LEVEL: 'info',
  };
  const entry = 'apps/events/dist/main.js';
  const process = await startProcess({
    entry,
    env: { ...env, PORT: `${port}` },
    ready: { url: `${url}/health/ready` },
  });
  const { id: appId, key } = await insertAppWithKey(database, ['webhooks:write', 'webhooks:read']);
  const call: EventsUnderTest['call'] = async (method, path, body, base = url) => {
    const response = await fetch(`${base}/v1/webhook-endpoints${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    process,
    env,
    call,
    async makeEndpoint(endpoint) {
      const { body } = await call('POST', '', endpoint);
      return (body as { id: string }).id;
    },
    async facts(sql, subjects) {
      const facts = subjects.map((subject, n) => ({ appId, type: 'delivery.sent' as const, subject, data: { n } }));
      return (await append(sql, facts)).map((id) => formatId('event', id));
    },
  };
}

/** What breaks "every delivery is in exactly one place", at this moment; empty when nothing does. */
export async function webhookViolations(database: Database): Promise<unknown[]> {
  return (await database.query(INVARIANT, [firstUuidAt(0)])).rows;
}

/** What would happen by itself when the leases of dead processes run out, within 15 seconds. */
export async function endLeases(database: Database): Promise<void> {
  await database.query('UPDATE events_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
}
