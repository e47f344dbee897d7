/**
 * What a flood of webhooks that are hostile or repeated does to the other routes of the payments service: the latency of
 * `GET /v1/stripe-sources`, calm and flooded in turn. `npm run bench:stripe-flood`: the edge is a process of its own; with
 * `together` edge and other routes are one.
 *
 * Read the ratio. Flood, probe, service and Postgres share the machine: with two cores much of what is seen is that.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatId, newUuid } from '../libs/contracts/dist/index.js';
import { PostgresServer } from '../libs/embedded-postgres/dist/index.js';
import { startPayments } from './payments-under-load.ts';
import { type Flood, flood, type Post } from './post-load.ts';
import { webhook } from './stripe-webhook.ts';

const PAIRS = 5;
const WINDOW = 8_000;
const PER_SECOND = 5_000;
const CONNECTIONS = 200;
/** The flood has this long to make its connections before anybody looks. Milliseconds. */
const RISING = 2_000;
/** Milliseconds between two looks at the other route. */
const PROBE_EVERY = 10;

interface Order {
  readonly origin: string;
  readonly path: string;
  readonly secret: string;
}

/** In a process of its own, so that its work does not count as the service's. */
async function floodInTurns(): Promise<void> {
  const [order] = (await once(process, 'message')) as [Order];
  const hostile = kindsOf(order);
  for (;;) {
    const answer = await flood(order.origin, (turn) => hostile[turn % hostile.length]!(), {
      perSecond: PER_SECOND,
      connections: CONNECTIONS,
      signal: AbortSignal.timeout(RISING + WINDOW),
    });
    process.send?.(answer);
    await once(process, 'message');
  }
}

/** One of each kind, again and again: a repeated event, a changed body, a wrong secret, no signature, an address that is none. */
function kindsOf({ path, secret }: Order): (() => Post)[] {
  const known = webhook(path, secret);
  const foreign = webhook(path, `whsec_${randomBytes(24).toString('hex')}`);
  const nowhere = (): string => path.replace(/sts_.*/, formatId('stripeSource', newUuid()));
  return [
    () => known,
    () => ({ ...known, body: Buffer.concat([known.body, Buffer.from(' ')]) }),
    () => foreign,
    () => ({ ...known, headers: {} }),
    () => ({ ...known, path: nowhere() }),
  ];
}

async function latencies(url: string, apiKey: string): Promise<number[]> {
  const measured: number[] = [];
  const headers = { authorization: `Bearer ${apiKey}` };
  for (const end = performance.now() + WINDOW; performance.now() < end; await delay(PROBE_EVERY)) {
    const began = performance.now();
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the other route answered ${answer.status}`);
    measured.push(performance.now() - began);
  }
  return measured.sort((one, other) => one - other);
}

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.ceil(sorted.length * share) - 1]!;

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-flood-'));
  const postgres = await PostgresServer.open({ directory: join(directory, 'pg'), port: 0, settings: {} });
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  await postgres.ensureDatabase('flood');
  const isTogether = process.argv[2] === 'together';
  const payments = await startPayments(postgres.url('flood'), secret, {
    roles: isTogether ? ['edge,api,work'] : ['edge', 'api', 'work'],
  });
  const flooder = fork(new URL(import.meta.url), ['flood'], { stdio: 'inherit' });
  try {
    const { origin, apiOrigin, path, apiKey } = payments;
    const look = (): Promise<number[]> => latencies(`${apiOrigin}/v1/stripe-sources`, apiKey);
    await look();
    const ratios: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const calm = await look();
      const told = once(flooder, 'message');
      flooder.send({ origin, path, secret } satisfies Order);
      await delay(RISING);
      const flooded = await look();
      const [{ perSecond, statuses }] = (await told) as [Flood];
      const [before, during] = [percentile(calm, 0.99), percentile(flooded, 0.99)];
      ratios.push(during / before);
      console.log(
        `  p99 ${before.toFixed(1)} ms calm, ${during.toFixed(1)} ms under ${perSecond.toFixed(0)} webhooks/s: ${(during / before).toFixed(2)} times   ${JSON.stringify(statuses)}`,
      );
    }
    const sorted = ratios.sort((one, other) => one - other);
    const [median, least, most] = [percentile(sorted, 0.5), sorted[0]!, sorted.at(-1)!];
    console.log(
      `\np99 under the flood: ${median.toFixed(2)} times (${least.toFixed(2)} to ${most.toFixed(2)}) that of calm`,
    );
  } finally {
    flooder.kill();
    await payments.stop();
    await postgres.discard();
    await rm(directory, { recursive: true, force: true });
  }
}

await (process.argv[2] === 'flood' ? floodInTurns() : main());
