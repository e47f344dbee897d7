import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { createLogger } from '@signalbox/telemetry';
import { insertApp, eventually, startWebhookReceiver, usePostgres, type WebhookReceiver } from '@signalbox/testing';
import { materialOf } from './secrets/secret-material.js';
import { Secrets } from './secrets/secrets.js';
import { type RunningEvents, startEvents } from './service.js';

const ENDPOINTS = 50;
const BURSTS = 4;
const EVENTS_OF_A_BURST = 2;
const HANGING = '/0';
/** What one endpoint may have under way. */
const POSTS_AT_ONCE = 8;

afterAll(async () => {
  await receiver.close();
  await events.close();
});
const postgres = usePostgres();
let events: RunningEvents;
let receiver: WebhookReceiver;
let appId: Uuid;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  const masterKey = randomBytes(32).toString('base64');
  const database = postgres.database();
  const secrets = new Secrets(new Envelope(loadMasterKey({ key: masterKey })));
  appId = await insertApp(database);
  for (let made = 0; made < ENDPOINTS; made += 1) {
    const id = newUuid();
    await database.query(`INSERT INTO webhook_endpoint (id, app_id, url, event_types) VALUES ($1, $2, $3, $4)`, [
      id,
      appId,
      `${receiver.url}/${made}`,
      ['delivery.sent'],
    ]);
    await secrets.add(database, appId, id, materialOf({ kind: 'symmetric' }));
  }
  const config = {
    HOST: '127.0.0.1',
    PORT: 0,
    LOG_LEVEL: 'silent' as const,
    DATABASE_URL: postgres.url(),
    QUEUE_PREFIX: '{bulkhead-test}',
    MASTER_KEY: masterKey,
    WEBHOOK_RETENTION_DAYS: 30,
    WEBHOOK_ALLOW_PRIVATE: true,
  };
  events = await startEvents(config, createLogger('events', 'silent'));
});

/** Milliseconds from the commit of an event to its post, at all endpoints but the one that may hang; sorted. */
async function latencies(bursts = BURSTS): Promise<number[]> {
  const measured: number[] = [];
  for (let burst = 0; burst < bursts; burst += 1) {
    const facts = Array.from({ length: EVENTS_OF_A_BURST }, () => {
      return { appId, type: 'delivery.sent' as const, subject: `ntf_${newUuid()}`, data: {} };
    });
    const ids = (await append(postgres.database(), facts)).map((id) => formatId('event', id));
    const committedAt = performance.now();
    const mine = () =>
      receiver.posts.filter((post) => post.path !== HANGING && ids.includes(String(post.headers['webhook-id'])));
    await eventually(() => mine().length >= ids.length * (ENDPOINTS - 1), { within: 10_000 });
    measured.push(...mine().map((post) => post.at - committedAt));
  }
  return measured.sort((left, right) => left - right);
}

const percentile = (sorted: readonly number[], share: number) => sorted[Math.ceil(sorted.length * share) - 1]!;

it(`an endpoint that hangs does not slow the other ${ENDPOINTS - 1} down`, async () => {
  await latencies(1); // warms up
  const calm = await latencies();
  const answered = receiver.postsTo(HANGING).length;
  receiver.script(HANGING, () => 'hang');
  const hung = await latencies();
  const [before, during] = [percentile(calm, 0.99), percentile(hung, 0.99)];
  process.stdout.write(
    `webhooks to ${ENDPOINTS - 1} endpoints: p50 ${percentile(calm, 0.5).toFixed(0)} ms, p99 ${before.toFixed(0)} ms; ` +
      `while another hangs: p50 ${percentile(hung, 0.5).toFixed(0)} ms, p99 ${during.toFixed(0)} ms\n`,
  );
  // Without a bulkhead it would be the deadline, 15 s; the rest is the noise of a busy machine.
  expect(during).toBeLessThan(2 * before + 500);
  // It holds its own slots and not one more.
  expect(receiver.postsTo(HANGING).length - answered).toBe(POSTS_AT_ONCE);
}, 60_000);
