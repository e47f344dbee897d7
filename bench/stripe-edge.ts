/**
 * Webhooks that the Stripe edge verifies, stores and acknowledges in a second, beside @supabase/stripe-sync-engine behind plain
 * Fastify: the same payload, the same Postgres server, interleaved in one run. `npm run bench:stripe`.
 *
 * `ours` is the edge alone: what came is worked on when the last one is acknowledged. For `ours, working` another process works on
 * it meanwhile. The engine works inside of the request. `bare` proves, stores and does nothing: Fastify that answers, the most there is
 * to reach on this machine.
 *
 * Read the ratio, not the figures: those depend on the machine, which sender, servers and Postgres share.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer } from '../libs/embedded-postgres/dist/index.js';
import { launchProcess } from '../libs/process-control/dist/index.js';
import { startPayments } from './payments-under-load.ts';
import { type Load, type Post, postAll } from './post-load.ts';
import { webhook } from './stripe-webhook.ts';

const ROUNDS = 7;
const WEBHOOKS = 3_000;
const CONNECTIONS = 64;
/** Compilers take their time, on both sides. */
const WARM_UP = 4_000;
/** Of the clock of /proc on every Linux there is. */
const MICROSECONDS_OF_A_TICK = 10_000;

interface Side {
  readonly origin: string;
  readonly path: string;
  readonly pids: readonly number[];
  before?(): unknown;
  after?(): Promise<void>;
}

interface Measured extends Load {
  /** Microseconds of processor time for each ack; NaN where the system does not tell. */
  readonly cpu: { readonly server: number; readonly postgres: number };
}

const secret = `whsec_${randomBytes(24).toString('hex')}`;
/** Ends what was started, the last first. */
const stops: (() => Promise<unknown>)[] = [];
const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));

const webhooks = (path: string, count: number): Post[] => Array.from({ length: count }, () => webhook(path, secret));

/** With the engine, or, without a database, what carries it. */
async function startPeer(databaseUrl?: string): Promise<Side> {
  let origin = '';
  const peer = await launchProcess({
    entry: 'bench/stripe-edge-peer.ts',
    args: databaseUrl === undefined ? [] : [databaseUrl, secret],
    ready: { line: (line) => (origin = /listening at (\S+)/.exec(line)?.[1] ?? origin) !== '' },
  });
  stops.push(() => peer.stop());
  return { origin, path: '/webhooks', pids: [peer.pid] };
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
  const payments = await startPayments(postgres.url('ours'), secret, { roles: ['edge,api', 'work'] });
  stops.push(() => payments.stop());
  const { origin, path, pids } = payments;
  const [edge, work] = pids as [number, number];
  const sides = {
    ours: {
      origin,
      path,
      pids: [edge],
      before: () => process.kill(work, 'SIGSTOP'),
      async after() {
        process.kill(work, 'SIGCONT');
        await payments.settled();
      },
    },
    'ours, working': { origin, path, pids, after: () => payments.settled() },
    theirs: await startPeer(postgres.url('theirs')),
    bare: await startPeer(),
  } satisfies Record<string, Side>;
  type Name = keyof typeof sides;
  const names = Object.keys(sides) as Name[];
  const measure = async (side: Side, count = WEBHOOKS): Promise<Measured> => {
    const posts = webhooks(side.path, count);
    const spent = (): number[] => [
      side.pids.reduce((sum, pid) => sum + processorTime(pid), 0),
      processorTime(postgres.pid ?? 0),
    ];
    side.before?.();
    const before = spent();
    const load = await postAll(side.origin, posts, CONNECTIONS);
    const [server, database] = spent().map((time, index) => (time - before[index]!) / count);
    await side.after?.();
    return { ...load, cpu: { server: server!, postgres: database! } };
  };
  const loads = Object.fromEntries(names.map((name) => [name, [] as Measured[]])) as Record<Name, Measured[]>;
  for (const name of names) await measure(sides[name], WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each goes first in turn.
    for (const [place] of names.entries()) {
      const name = names[(place + round) % names.length]!;
      loads[name].push(await measure(sides[name]));
    }
  }
  const size = webhook('', secret).body.length;
  console.log(
    `\n${ROUNDS} rounds of ${WEBHOOKS} webhooks of ${size} bytes over ${CONNECTIONS} connections: median (least to most)`,
  );
  for (const [name, of] of Object.entries(loads)) {
    const figure = (pick: (one: Measured) => number, digits = 0): string => spread(of.map(pick), digits);
    const figures = [
      `${figure((one) => one.perSecond)} acks/s`,
      `p50 ${figure((one) => one.p50, 1)} ms`,
      `p99 ${figure((one) => one.p99, 1)} ms`,
      `µs CPU of an ack: server ${figure((one) => one.cpu.server)}, Postgres ${figure((one) => one.cpu.postgres)}`,
    ];
    console.log(`  ${name.padEnd(13)}  ${figures.join('   ')}`);
  }
  for (const name of ['ours', 'ours, working', 'bare'] as const) {
    const ratios = loads[name].map(({ perSecond }, round) => perSecond / loads.theirs[round]!.perSecond);
    console.log(`  ${name} / theirs: ${spread(ratios, 2)} times the acks`);
  }
} finally {
  for (const stop of stops.toReversed()) await stop();
  await postgres.discard();
  await rm(directory, { recursive: true, force: true });
}
