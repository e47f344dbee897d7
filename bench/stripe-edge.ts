/**
 * Webhooks that the Stripe edge verifies, stores and acknowledges in a second, beside @supabase/stripe-sync-engine behind plain
 * Fastify: the same payload, the same Postgres server, interleaved in one run. `npm run bench:stripe`.
 *
 * Read the ratio, not the figures: those depend on the machine, which sender, servers and Postgres share.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import { newUuid } from '../libs/contracts/dist/index.js';
import { migrate, openDatabase } from '../libs/database/dist/index.js';
import { freePort, PostgresServer } from '../libs/embedded-postgres/dist/index.js';
import { hashApiKey } from '../libs/http/dist/index.js';
import { canStartRedis, launchProcess, startRedis } from '../libs/process-control/dist/index.js';
import { migrateQueueBackend } from '../libs/queues/dist/index.js';
import { type Load, type Post, postAll } from './post-load.ts';
import { INSERT_APP, INSERT_KEY } from './stripe-edge.queries.ts';

const PAIRS = 7;
const WEBHOOKS = 3_000;
const CONNECTIONS = 64;
const WARM_UP = 500;
/** Of the clock of /proc on every Linux there is. */
const MICROSECONDS_OF_A_TICK = 10_000;
const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

interface Side {
  readonly origin: string;
  readonly path: string;
  readonly pid: number;
}

interface Measured extends Load {
  /** Microseconds of processor time for each ack; NaN where the system does not tell. */
  readonly cpu: { readonly server: number; readonly postgres: number };
}

const stripe = new Stripe('sk_test_bench');
const secret = `whsec_${randomBytes(24).toString('hex')}`;
/** Ends what was started, the last first. */
const stops: (() => Promise<unknown>)[] = [];
const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));

/** A payment that succeeded, with as much about it as Stripe has to say. */
function webhook(path: string): Post {
  const id = randomBytes(12).toString('hex');
  const created = Math.floor(Date.now() / 1_000);
  const event = {
    id: `evt_${id}`,
    object: 'event',
    api_version: '2026-09-30.endive',
    created,
    data: {
      object: {
        id: `pi_${id}`,
        object: 'payment_intent',
        amount: 4_200,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: 4_200,
        application: null,
        application_fee_amount: null,
        automatic_payment_methods: { allow_redirects: 'always', enabled: true },
        canceled_at: null,
        cancellation_reason: null,
        capture_method: 'automatic_async',
        client_secret: `pi_${id}_secret_${randomBytes(12).toString('hex')}`,
        confirmation_method: 'automatic',
        created,
        currency: 'eur',
        customer: 'cus_bench',
        description: 'Two tickets, second row',
        last_payment_error: null,
        latest_charge: `ch_${id}`,
        livemode: false,
        metadata: { signalbox_user_id: 'user_1', order: '1234567890' },
        next_action: null,
        on_behalf_of: null,
        payment_method: `pm_${id}`,
        payment_method_configuration_details: { id: 'pmc_bench', parent: null },
        payment_method_options: {
          card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
          link: { persistent_token: null },
        },
        payment_method_types: ['card', 'link'],
        processing: null,
        receipt_email: 'somebody@example.com',
        review: null,
        setup_future_usage: null,
        shipping: null,
        source: null,
        statement_descriptor: null,
        statement_descriptor_suffix: null,
        status: 'succeeded',
        transfer_data: null,
        transfer_group: null,
      },
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_${id}`, idempotency_key: newUuid() },
    type: 'payment_intent.succeeded',
  };
  const payload = JSON.stringify(event, undefined, 2);
  return {
    path,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret }),
    },
    body: Buffer.from(payload),
  };
}

const webhooks = (path: string, count: number): Post[] => Array.from({ length: count }, () => webhook(path));

async function startOurs(databaseUrl: string): Promise<Side> {
  await migrate(databaseUrl, MIGRATIONS);
  await migrateQueueBackend(databaseUrl);
  const redis = canStartRedis() ? await startRedis({ directory: join(directory, 'redis') }) : undefined;
  stops.push(async () => redis?.stop());
  const origin = `http://127.0.0.1:${await freePort(0)}`;
  const service = await launchProcess({
    entry: 'apps/payments/dist/main.js',
    env: {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis?.url,
      PORT: new URL(origin).port,
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'warn',
    },
    ready: { url: `${origin}/health/ready` },
  });
  stops.push(() => service.stop());
  return { origin, path: await makeSource(databaseUrl, origin), pid: service.pid };
}

async function makeSource(databaseUrl: string, origin: string): Promise<string> {
  const [appId, key] = [newUuid(), `sbk_test_${randomBytes(24).toString('base64url')}`];
  const database = openDatabase({ url: databaseUrl, name: 'bench', onIdleError: () => undefined });
  await database.query(INSERT_APP, [appId]);
  await database.query(INSERT_KEY, [newUuid(), appId, hashApiKey(key), ['payments:write']]);
  await database.close();
  const made = await fetch(`${origin}/v1/stripe-sources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', secrets: [{ secret }] }),
  });
  return ((await made.json()) as { path: string }).path;
}

async function startTheirs(databaseUrl: string): Promise<Side> {
  let origin = '';
  const peer = await launchProcess({
    entry: 'bench/stripe-edge-peer.ts',
    args: [databaseUrl, secret],
    ready: { line: (line) => (origin = /listening at (\S+)/.exec(line)?.[1] ?? origin) !== '' },
  });
  stops.push(() => peer.stop());
  return { origin, path: '/webhooks', pid: peer.pid };
}

/** Processor time of a process and its children so far, in microseconds. */
function processorTime(pid: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      const fields = statOf(name);
      // Of the process itself also what its children had spent that have ended.
      const counted =
        Number(name) === pid ? fields.slice(11, 15) : Number(fields[1]) === pid ? fields.slice(11, 13) : [];
      return counted.reduce((time, ticks) => time + Number(ticks) * MICROSECONDS_OF_A_TICK, sum);
    }, 0);
}

/** The fields of proc(5) behind the name; none for a process that has just ended. */
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    return [];
  }
}

function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((one, other) => one - other);
  const [median, least, most] = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)].map((value) =>
    (value ?? Number.NaN).toFixed(digits),
  );
  return `${median} (${least} to ${most})`;
}

const postgres = await PostgresServer.open({ directory: join(directory, 'pg'), port: 0, settings: {} });
try {
  await postgres.ensureDatabase('ours');
  await postgres.ensureDatabase('theirs');
  const sides = { ours: await startOurs(postgres.url('ours')), theirs: await startTheirs(postgres.url('theirs')) };
  const measure = async ({ origin, path, pid }: Side, count = WEBHOOKS): Promise<Measured> => {
    const posts = webhooks(path, count);
    const spent = (): number[] => [processorTime(pid), processorTime(postgres.pid ?? 0)];
    const before = spent();
    const load = await postAll(origin, posts, CONNECTIONS);
    const [server, database] = spent().map((time, index) => (time - before[index]!) / count);
    return { ...load, cpu: { server: server!, postgres: database! } };
  };
  const loads: Record<keyof typeof sides, Measured[]> = { ours: [], theirs: [] };
  for (const side of Object.values(sides)) await measure(side, WARM_UP);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Each goes first in turn.
    for (const name of pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
      loads[name].push(await measure(sides[name]));
    }
  }
  const size = webhook('').body.length;
  console.log(
    `\n${PAIRS} pairs of ${WEBHOOKS} webhooks of ${size} bytes over ${CONNECTIONS} connections: median (least to most)`,
  );
  for (const [name, of] of Object.entries(loads)) {
    const figure = (pick: (one: Measured) => number, digits = 0): string => spread(of.map(pick), digits);
    const figures = [
      `${figure((one) => one.perSecond)} acks/s`,
      `p50 ${figure((one) => one.p50, 1)} ms`,
      `p99 ${figure((one) => one.p99, 1)} ms`,
      `µs CPU of an ack: server ${figure((one) => one.cpu.server)}, Postgres ${figure((one) => one.cpu.postgres)}`,
    ];
    console.log(`  ${name.padEnd(6)}  ${figures.join('   ')}`);
  }
  const ratios = loads.ours.map(({ perSecond }, pair) => perSecond / loads.theirs[pair]!.perSecond);
  console.log(`  ours / theirs: ${spread(ratios, 2)} times the acks`);
} finally {
  for (const stop of stops.toReversed()) await stop();
  await postgres.discard();
  await rm(directory, { recursive: true, force: true });
}
