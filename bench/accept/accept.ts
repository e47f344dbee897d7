import { openDatabase } from '@signalbox/database';
import { burst, numbered, postText } from '../load/burst.ts';
import { emptyRedis } from '../machine/empty-redis.ts';
import type { Machine } from '../machine/machine.ts';
import { startPeer } from '../machine/start-peer.ts';
import type { Claim, ComparisonPlan, Figures, Side } from '../measure/comparison.ts';
import { spending } from '../measure/spending.ts';
import { startPush } from '../push/push-under-load.ts';
import { PATH, REQUEST, requestOf } from '../push/request.ts';
import { EMPTY } from '../peer/peer.queries.ts';

const SECONDS = 1.2;
const ROUNDS = 5;
const OURS = 'signalbox';
const KEYLESS = 'signalbox, no key';
const QUEUE = 'queue.add';
const INSERT = 'insert + queue.add';
const COMMIT = 'shared commit';

/** What is promised, by how many connections there are. design.md, section 6. */
const CLAIMS: Readonly<Record<number, readonly Claim[]>> = {
  1: [
    { side: OURS, against: QUEUE },
    { side: OURS, against: INSERT, floor: 0.8, aim: 1 },
  ],
  64: [
    { side: OURS, against: QUEUE, floor: 0.6, aim: 1 },
    { side: OURS, against: INSERT, floor: 2, aim: 3 },
  ],
  256: [
    { side: OURS, against: QUEUE, floor: 0.8, aim: 1.2 },
    { side: OURS, against: INSERT, floor: 2, aim: 3 },
  ],
};

const ALSO: readonly Claim[] = [
  { side: KEYLESS, against: QUEUE },
  { side: OURS, against: COMMIT },
];

/**
 * Notifications taken on: the push API alone on Redis, its workers not there, as a process of its own. Every request has an API key,
 * which is checked, and for `signalbox` an Idempotency-Key that no other has. See peer/server.ts for the others.
 */
export async function accept(machine: Machine): Promise<ComparisonPlan[]> {
  const sides = await startSides(machine);
  return Object.entries(CLAIMS).map(([connections, claims]) => ({
    name: `accept, ${connections} ${connections === '1' ? 'connection' : 'connections'}`,
    unit: 'requests',
    about: `${SECONDS} s each, closed loop over ${connections} connections; tables and queues are emptied in between`,
    rounds: ROUNDS,
    sides: sides.map((side) => ({ name: side.name, measure: () => side.measure(Number(connections)) })),
    noiseOf: OURS,
    claims: [...claims, ...ALSO],
  }));
}

interface AcceptSide extends Omit<Side, 'measure'> {
  measure(connections: number): Promise<Figures>;
}

async function startSides(machine: Machine): Promise<AcceptSide[]> {
  const { postgres, redis } = machine;
  const push = await startPush(machine, { name: 'accept', redis: 1, roles: ['api'] });
  const servers = { postgres: postgres.pid!, redis: redis.pid };
  const side = (name: string, server: number, next: () => Buffer, origin: string, forget: () => Promise<void>) => ({
    name,
    async measure(connections: number): Promise<Figures> {
      const spent = spending({ server, ...servers });
      const { count, ...load } = await burst({ origin, connections, seconds: SECONDS, next });
      const cpu = spent(count);
      await forget();
      return { ...load, cpu };
    },
  });
  const ours = (headers: (place: string) => Record<string, string>) =>
    numbered((place) => requestOf(push, headers(place)));
  const [api] = push.processes;
  const forget = () => push.forget();
  const key = ours((place) => ({ 'idempotency-key': `order-${place}` }));
  const peers = await Promise.all(
    (['queue', 'insert', 'commit'] as const).map(async (which, index) => {
      const [databaseUrl, redisUrl] = [await machine.databaseUrl(which), machine.redisUrl(2 + index)];
      const { origin, process } = await startPeer(machine, 'bench/peer/server.ts', [which, databaseUrl, redisUrl]);
      const database = openDatabase({ url: databaseUrl, name: 'bench', onIdleError: () => undefined });
      machine.onStop(() => database.close());
      const next = numbered(() => postText(origin, PATH, {}, REQUEST));
      const name = { queue: QUEUE, insert: INSERT, commit: COMMIT }[which];
      return side(name, process.pid, next, origin, async () => {
        await emptyRedis(redisUrl);
        if (which !== 'queue') await database.query(EMPTY);
      });
    }),
  );
  return [
    side(OURS, api!.pid, key, push.origin, forget),
    side(
      KEYLESS,
      api!.pid,
      ours(() => ({})),
      push.origin,
      forget,
    ),
    ...peers,
  ];
}
