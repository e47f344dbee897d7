/**
 * What a flood of webhooks that are hostile or repeated does to the other routes of the payments service: the latency of
 * `GET /v1/stripe-sources`, calm and flooded in turn. `npm run bench:stripe-flood`: the edge is a process of its own; with
 * `together` edge and other routes are one.
 *
 * Flood, probe, service and Postgres share the machine. How much of what is seen is that, the same flood tells that goes to a server
 * of plain node:http, which answers 400 and does nothing else.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatId, newUuid } from '@signalbox/contracts';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { startPayments } from './payments-under-load.ts';
import { type Flood, flood, percentile, type Post } from '../load/post-load.ts';
import { webhook } from './webhook.ts';

const ROUNDS = 5;
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
function floodInTurns(): void {
  process.on('message', (order: Order) => {
    const hostile = kindsOf(order);
    void flood(order.origin, (turn) => hostile[turn % hostile.length]!(), {
      perSecond: PER_SECOND,
      connections: CONNECTIONS,
      signal: AbortSignal.timeout(RISING + WINDOW),
    }).then((answer) => process.send?.(answer));
  });
}

/** Where the flood goes to that is compared with. */
async function sink(): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(400, { 'content-length': 2 }).end('no'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
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
  const drain = fork(new URL(import.meta.url), ['sink'], { stdio: 'inherit' });
  try {
    const { origin, apiOrigin, path, apiKey } = payments;
    const [elsewhere] = (await once(drain, 'message')) as [string];
    const p99 = async (): Promise<number> =>
      percentile(await latencies(`${apiOrigin}/v1/stripe-sources`, apiKey), 0.99);
    const p99Under = async (target: string): Promise<{ p99: number; flood: Flood }> => {
      const told = once(flooder, 'message');
      flooder.send({ origin: target, path, secret } satisfies Order);
      await delay(RISING);
      const flooded = await p99();
      const [answer] = (await told) as [Flood];
      return { p99: flooded, flood: answer };
    };
    await p99();
    const ratios: { readonly edge: number; readonly elsewhere: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const calm = await p99();
      const control = await p99Under(elsewhere);
      const edge = await p99Under(origin);
      ratios.push({ edge: edge.p99 / calm, elsewhere: control.p99 / calm });
      const { perSecond, statuses } = edge.flood;
      console.log(
        `  p99 ${calm.toFixed(1)} ms calm, ${control.p99.toFixed(1)} ms while node:http is flooded, ${edge.p99.toFixed(1)} ms under ${perSecond.toFixed(0)} webhooks/s   ${JSON.stringify(statuses)}`,
      );
    }
    const told = (what: string, values: number[]): void => {
      const sorted = values.sort((one, other) => one - other);
      const [median, least, most] = [percentile(sorted, 0.5), sorted[0]!, sorted.at(-1)!];
      console.log(`  ${what}: ${median.toFixed(2)} times (${least.toFixed(2)} to ${most.toFixed(2)})`);
    };
    console.log('\np99 of the other route');
    told(
      'with the edge flooded, over calm',
      ratios.map(({ edge }) => edge),
    );
    told(
      'with node:http flooded, over calm',
      ratios.map((ratio) => ratio.elsewhere),
    );
    told(
      'edge over node:http',
      ratios.map((ratio) => ratio.edge / ratio.elsewhere),
    );
  } finally {
    flooder.kill();
    drain.kill();
    await payments.stop();
    await postgres.discard();
    await rm(directory, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'flood') floodInTurns();
else await (process.argv[2] === 'sink' ? sink() : main());
