/**
 * The worker that one would write instead of Signalbox, as a process of its own: a job for each notification, sent with @parse/node-apn,
 * and one UPDATE for its outcome. Its rows are there before it begins. Arguments: database, Redis, a JSON of the signing key.
 */
import apn from '@parse/node-apn';
import type { ApnsCredential } from '@signalbox/credentials';
import { Worker } from 'bullmq';
import { Pool } from 'pg';
import { PEER_PREFIX, PEER_QUEUE, type PeerJob } from './job.ts';
import { SETTLE_ONE } from './peer.queries.ts';

const CONCURRENCY = 100;

const [databaseUrl, redisUrl, credential] = process.argv.slice(2) as [string, string, string];
const { teamId, keyId, privateKey, endpoint } = JSON.parse(credential) as ApnsCredential;
const pool = new Pool({ connectionString: databaseUrl, max: 20, idleTimeoutMillis: 0 });
const provider = new apn.Provider({
  token: { key: privateKey, keyId, teamId },
  address: new URL(endpoint!.origin).hostname,
  port: Number(new URL(endpoint!.origin).port),
  ca: [endpoint!.ca],
});

async function send({ data }: { readonly data: PeerJob }): Promise<void> {
  const notification = new apn.Notification();
  notification.id = data.id;
  notification.topic = 'com.example.app';
  notification.pushType = 'alert';
  notification.priority = 10;
  notification.expiry = Math.floor(Date.now() / 1_000) + 3_600;
  notification.alert = { title: data.title, body: data.body };
  const { failed } = await provider.send(notification, data.token);
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  await pool.query({ name: 'settle', text: SETTLE_ONE, values: [data.id] });
}

const worker = new Worker<PeerJob>(PEER_QUEUE, send, {
  connection: { url: redisUrl, maxRetriesPerRequest: null },
  prefix: PEER_PREFIX,
  concurrency: CONCURRENCY,
});
worker.on('error', () => undefined);
// Half of the work is no measurement.
worker.on('failed', (_job, error) => {
  console.error(error.message);
  process.exit(1);
});
await worker.waitUntilReady();
console.log('ready');
