import type { ApnsCredential } from '@signalbox/credentials';
import { openDatabase } from '@signalbox/database';
import type { RunningProcess } from '@signalbox/process-control';
import { appleKey } from '../machine/apple-key.ts';
import { emptyRedis } from '../machine/empty-redis.ts';
import type { Machine } from '../machine/machine.ts';
import { startPeer, startPeerWorker } from '../machine/start-peer.ts';
import { startSink } from '../machine/start-sink.ts';
import { burst, numbered, postText } from '../load/burst.ts';
import type { ComparisonPlan, Figures, Side } from '../measure/comparison.ts';
import { spending } from '../measure/spending.ts';
import { EMPTY } from '../peer/peer.queries.ts';
import { startPush } from '../push/push-under-load.ts';
import { PATH, REQUEST, requestOf } from '../push/request.ts';

const CONNECTIONS = 64;
const SECONDS = 2;
const ROUNDS = 5;
const OURS = 'signalbox';
const PEER = 'insert + queue.add';

/**
 * The same while what was taken on is worked off: one worker process of either side sends to Apple's stand-in as quickly as it can, on
 * the same cores.
 */
export async function acceptWithWorkers(machine: Machine): Promise<ComparisonPlan[]> {
  const sink = await startSink(machine);
  const key = appleKey(sink);
  return [
    {
      name: `accept, ${CONNECTIONS} connections, workers on`,
      unit: 'requests',
      about: `${SECONDS} s each, closed loop, while one worker process sends them to a stand-in of Apple's`,
      rounds: ROUNDS,
      sides: [await ours(machine, key), await peer(machine, key)],
      noiseOf: OURS,
      claims: [{ side: OURS, against: PEER }],
    },
  ];
}

interface Sides {
  readonly name: string;
  readonly server: RunningProcess;
  readonly worker: RunningProcess;
  readonly origin: string;
  readonly next: () => Buffer;
  readonly forget: () => Promise<void>;
}

/** The worker is there for the burst alone: what it has in hand when tables are emptied would be its trouble in the next round. */
async function sideOf(machine: Machine, { name, server, worker, origin, next, forget }: Sides): Promise<Side> {
  await worker.kill();
  return {
    name,
    async measure(): Promise<Figures> {
      await worker.restart();
      const { postgres, redis } = machine;
      const spent = spending({ server: server.pid, worker: worker.pid, postgres: postgres.pid!, redis: redis.pid });
      const { count, ...load } = await burst({ origin, connections: CONNECTIONS, seconds: SECONDS, next });
      const cpu = spent(count);
      await worker.kill();
      await forget();
      return { ...load, cpu };
    },
  };
}

async function ours(machine: Machine, secret: ApnsCredential): Promise<Side> {
  const redis = 1;
  const push = await startPush(machine, {
    ...{ name: 'accept', redis, roles: ['api', 'route,apns'] },
    apple: { secret, phones: 1_000 },
  });
  const [server, worker] = push.processes as [RunningProcess, RunningProcess];
  const next = numbered((place) => requestOf(push, { 'idempotency-key': `order-${place}` }));
  const forget = async (): Promise<void> => {
    await emptyRedis(machine.redisUrl(redis));
    await push.forget();
  };
  return sideOf(machine, { name: OURS, server, worker, origin: push.origin, next, forget });
}

async function peer(machine: Machine, key: ApnsCredential): Promise<Side> {
  const [databaseUrl, redisUrl] = [await machine.databaseUrl('insert'), machine.redisUrl(2)];
  const { origin, process: server } = await startPeer(machine, 'bench/peer/server.ts', [
    'insert',
    databaseUrl,
    redisUrl,
  ]);
  const worker = await startPeerWorker(machine, databaseUrl, redisUrl, key);
  const database = openDatabase({ url: databaseUrl, name: 'bench', onIdleError: () => undefined });
  machine.onStop(() => database.close());
  const forget = async (): Promise<void> => {
    await emptyRedis(redisUrl);
    await database.query(EMPTY);
  };
  const next = numbered(() => postText(origin, PATH, {}, REQUEST));
  return sideOf(machine, { name: PEER, server, worker, origin, next, forget });
}
