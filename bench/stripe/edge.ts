import { randomBytes } from 'node:crypto';
import { type Post, postAll } from '../load/post-load.ts';
import type { Machine } from '../machine/machine.ts';
import { startPeer } from '../machine/start-peer.ts';
import type { ComparisonPlan, Figures, Side } from '../measure/comparison.ts';
import { spending } from '../measure/spending.ts';
import { startPayments } from './payments-under-load.ts';
import { webhook } from './webhook.ts';

const ROUNDS = 5;
const WEBHOOKS = 4_000;
const CONNECTIONS = 64;
const ENGINE = 'stripe-sync-engine';

/**
 * Webhooks that the Stripe edge verifies, stores and acknowledges, beside @supabase/stripe-sync-engine behind plain Fastify: the same
 * payload, the same Postgres server. For `signalbox` nobody works on what came, for `signalbox, working` another process does meanwhile. The engine works inside of the request. `bare Fastify` proves, stores and does nothing: the most there is to
 * reach on this machine.
 */
export async function stripe(machine: Machine): Promise<ComparisonPlan[]> {
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const { postgres } = machine;
  const payments = await startPayments(await machine.databaseUrl('payments'), secret, { roles: ['edge,api', 'work'] });
  machine.onStop(() => payments.stop());
  const { origin, path, pids } = payments;
  const [edge, work] = pids as [number, number];
  process.kill(work, 'SIGSTOP');
  const theirs = await startPeer(machine, 'bench/stripe/engine-server.ts', [
    await machine.databaseUrl('engine'),
    secret,
  ]);
  const bare = await startPeer(machine, 'bench/stripe/engine-server.ts', []);
  const acks = async (origin: string, path: string, pids: Readonly<Record<string, number>>): Promise<Figures> => {
    const posts: Post[] = Array.from({ length: WEBHOOKS }, () => webhook(path, secret));
    const spent = spending({ ...pids, postgres: postgres.pid! });
    const load = await postAll(origin, posts, CONNECTIONS);
    return { ...load, cpu: spent(WEBHOOKS) };
  };
  const sides: Side[] = [
    {
      name: 'signalbox',
      async measure() {
        const figures = await acks(origin, path, { server: edge });
        await payments.forget();
        return figures;
      },
    },
    {
      name: 'signalbox, working',
      async measure() {
        process.kill(work, 'SIGCONT');
        const figures = await acks(origin, path, { server: edge, worker: work });
        await payments.forget();
        process.kill(work, 'SIGSTOP');
        return figures;
      },
    },
    { name: ENGINE, measure: () => acks(theirs.origin, '/webhooks', { server: theirs.process.pid }) },
    { name: 'bare Fastify', measure: () => acks(bare.origin, '/webhooks', { server: bare.process.pid }) },
  ];
  return [
    {
      name: 'stripe webhooks',
      unit: 'acks',
      about: `${WEBHOOKS} webhooks of ${webhook('', secret).body.length} bytes over ${CONNECTIONS} connections, closed loop`,
      rounds: ROUNDS,
      sides,
      noiseOf: 'signalbox',
      claims: [
        { side: 'signalbox', against: ENGINE, floor: 4, aim: 5 },
        { side: 'signalbox, working', against: ENGINE },
        { side: 'bare Fastify', against: ENGINE },
      ],
    },
  ];
}
