import { randomBytes } from 'node:crypto';
import { openDatabase } from '@signalbox/database';
import type { RunningProcess } from '@signalbox/process-control';
import { postAll } from '../load/burst.ts';
import type { Machine } from '../machine/machine.ts';
import { type Peer, startPeer } from '../machine/start-peer.ts';
import type { ComparisonPlan, Figures, Side } from '../measure/comparison.ts';
import { spending } from '../measure/spending.ts';
import { until } from '../measure/until.ts';
import { EMPTY_ENGINE } from './edge.queries.ts';
import { startPayments } from './payments-under-load.ts';
import { webhook } from './webhook.ts';

const ROUNDS = 5;
const WEBHOOKS = 6_000;
/** Where it is waited until all is done. */
const WORKED = 1_000;
const CONNECTIONS = 64;
const OURS = 'signalbox';
const MEANWHILE = 'signalbox, worked on meanwhile';
const DONE = 'signalbox, until all is done';
const ENGINE = 'stripe-sync-engine';
const BARE = 'bare Fastify';

/** Posts so many and resolves when all are answered. */
type Burst = (origin: string, path: string, pids: Readonly<Record<string, number>>, count?: number) => Promise<Figures>;

/**
 * Webhooks that are proven, kept durably and acknowledged, beside @supabase/stripe-sync-engine behind plain Fastify: the same
 * payloads over as many connections, the same Postgres server, tables that are empty at first.
 *
 * The two do not do the same. The engine writes the payment to its mirror inside of the request, a commit each, and is done then. We
 * keep the event, encrypted, and a work row; what follows from it (state, facts, ledger) is another process's. So there are three of
 * ours: the edge alone, with the worker standing still, which is what is promised; the edge while the worker takes its share of the
 * machine; and everything, until the last event is worked off. `bare Fastify` reads the body and answers: the most that any edge on
 * it could do here.
 */
export async function stripe(machine: Machine): Promise<ComparisonPlan[]> {
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const burst: Burst = async (origin, path, pids, count = WEBHOOKS) => {
    const posts = Array.from({ length: count }, () => webhook(path, secret));
    const spent = spending({ ...pids, ...serversOf(machine) });
    const load = await postAll(origin, posts, CONNECTIONS);
    return { ...load, cpu: spent(count) };
  };
  const sides = [...(await ours(machine, secret, burst)), ...(await theirs(machine, secret, burst))];
  return [
    {
      name: 'stripe webhooks',
      unit: 'acks',
      about: `${WEBHOOKS} webhooks of ${webhook('', secret).body.length} bytes over ${CONNECTIONS} connections, closed loop, ${WORKED} where it is waited until all is done; tables are emptied in between`,
      rounds: ROUNDS,
      sides,
      noiseOf: OURS,
      claims: [
        { side: OURS, against: ENGINE, floor: 4, aim: 5 },
        { side: MEANWHILE, against: ENGINE },
        { side: DONE, against: ENGINE },
        { side: BARE, against: ENGINE },
      ],
    },
  ];
}

async function ours(machine: Machine, secret: string, burst: Burst): Promise<Side[]> {
  const payments = await startPayments(await machine.databaseUrl('payments'), secret, {
    roles: ['edge,api', 'work'],
    redisUrl: machine.redisUrl(1),
  });
  machine.onStop(() => payments.stop());
  const { origin, path } = payments;
  const [edge, worker] = payments.processes as [RunningProcess, RunningProcess];
  const both = { server: edge.pid, worker: worker.pid };
  const workedOff = (): Promise<void> => until(async () => (await payments.open()) === 0);
  /** The worker has passed over what is gone, and holds no lock that the next round would wait for. */
  const settled = async (): Promise<void> => {
    await postAll(origin, [webhook(path, secret)], 1);
    await workedOff();
  };
  const awake = async (measure: () => Promise<Figures>): Promise<Figures> => {
    worker.resume();
    await settled();
    const figures = await measure();
    await payments.giveUp();
    await settled();
    worker.pause();
    await payments.forget();
    return figures;
  };
  worker.pause();
  return [
    {
      name: OURS,
      async measure() {
        const figures = await burst(origin, path, { server: edge.pid });
        await payments.forget();
        return figures;
      },
    },
    { name: MEANWHILE, measure: () => awake(() => burst(origin, path, both)) },
    {
      name: DONE,
      measure: () =>
        awake(async () => {
          const spent = spending({ ...both, ...serversOf(machine) });
          const { perSecond } = await burst(origin, path, both, WORKED);
          const acknowledged = performance.now();
          await workedOff();
          const seconds = WORKED / perSecond + (performance.now() - acknowledged) / 1_000;
          return { perSecond: WORKED / seconds, cpu: spent(WORKED) };
        }),
    },
  ];
}

function serversOf({ postgres, redis }: Machine): Readonly<Record<string, number>> {
  return { postgres: postgres.pid!, redis: redis.pid };
}

async function theirs(machine: Machine, secret: string, burst: Burst): Promise<Side[]> {
  const url = await machine.databaseUrl('engine');
  const start = (args: readonly string[]): Promise<Peer> => startPeer(machine, 'bench/stripe/engine-server.ts', args);
  const [engine, bare] = [await start([url, secret]), await start([])];
  const database = openDatabase({ url, name: 'bench', onIdleError: () => undefined });
  machine.onStop(() => database.close());
  return [
    {
      name: ENGINE,
      async measure() {
        const figures = await burst(engine.origin, '/webhooks', { server: engine.process.pid });
        await database.query(EMPTY_ENGINE);
        return figures;
      },
    },
    { name: BARE, measure: () => burst(bare.origin, '/webhooks', { server: bare.process.pid }) },
  ];
}
