/**
 * How soon webhooks are acknowledged while Stripe's API takes every question and answers none: 500 a second, each about another
 * subscription, which Stripe is asked about before it is worked on. `npm run bench:stripe-black-hole`.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { startPayments } from './payments-under-load.ts';
import { steady } from '../load/post-load.ts';
import { subscriptionWebhook } from './webhook.ts';

const PER_SECOND = 500;
const SECONDS = 30;
/** Milliseconds. */
const BOUND = 250;

const directory = mkdtempSync(join(tmpdir(), 'signalbox-black-hole-'));
const hole = createServer((socket) => void socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
await once(hole, 'listening');
const postgres = await PostgresServer.open({ directory: join(directory, 'pg'), port: 0, settings: {} });
const secret = `whsec_${randomBytes(24).toString('hex')}`;
const stripeOrigin = `http://127.0.0.1:${(hole.address() as AddressInfo).port}`;
const payments = await startPayments(postgres.url(), secret, { stripeOrigin, roles: ['edge,api,work'] });
try {
  const { origin, path } = payments;
  await steady(origin, () => subscriptionWebhook(path, secret), { perSecond: PER_SECOND, seconds: 3 });
  const { p50, p99, worst, count } = await steady(origin, () => subscriptionWebhook(path, secret), {
    perSecond: PER_SECOND,
    seconds: SECONDS,
  });
  console.log(
    `${count} webhooks at ${PER_SECOND}/s while Stripe's API is a black hole: acknowledged in p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${worst.toFixed(1)} ms (bound: p99 ${BOUND} ms)`,
  );
  process.exitCode = p99 <= BOUND ? 0 : 1;
} finally {
  await payments.stop();
  hole.close();
  await postgres.discard();
  await rm(directory, { recursive: true, force: true });
}
