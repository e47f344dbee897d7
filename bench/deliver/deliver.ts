import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApnsCredential } from '@signalbox/credentials';
import { openDatabase } from '@signalbox/database';
import { appleKey } from '../machine/apple-key.ts';
import { emptyRedis } from '../machine/empty-redis.ts';
import type { Machine } from '../machine/machine.ts';
import { startPeerWorker } from '../machine/start-peer.ts';
import { type Sink, startSink } from '../machine/start-sink.ts';
import type { ComparisonPlan, Figures, Side } from '../measure/comparison.ts';
import { spending } from '../measure/spending.ts';
import { until } from '../measure/until.ts';
import { openPeerQueue } from '../peer/job.ts';
import { COUNT_PENDING, COUNT_SENT, EMPTY, INSERT_PENDING, MAKE_TABLE } from '../peer/peer.queries.ts';
import { startPush } from '../push/push-under-load.ts';
import { sendBatches } from '../push/send-batches.ts';

const ROUNDS = 5;
/** Of each side, so that each takes about as long. */
const NOTIFICATIONS = { ours: 20_000, peer: 6_000, raw: 50_000 };

/**
 * Notifications brought to phones, one each: everything is accepted and waits; the clock runs from the moment the worker is let go until
 * the last outcome is committed. Ours reads, routes, sends and records in full; see peer/worker.ts for the other.
 */
export async function deliver(machine: Machine): Promise<ComparisonPlan[]> {
  const sink = await startSink(machine);
  const key = appleKey(sink);
  const sides = [await ours(machine, sink, key), await peer(machine, sink, key), await raw(machine, sink)];
  return [
    {
      name: 'deliver',
      unit: 'notifications',
      about: `everything waits (${Object.values(NOTIFICATIONS).join(', ')} of them), one worker process is let go, until its last outcome is committed`,
      rounds: ROUNDS,
      sides,
      noiseOf: 'signalbox',
      claims: [
        { side: 'signalbox', against: 'a job each, node-apn, UPDATE', floor: 3, aim: 4.5 },
        { side: 'signalbox', against: 'raw node:http2', floor: 0.4, aim: 0.55 },
      ],
    },
  ];
}

async function ours(machine: Machine, sink: Sink, key: ApnsCredential): Promise<Side> {
  const count = NOTIFICATIONS.ours;
  const push = await startPush(machine, {
    ...{ name: 'deliver', redis: 1, roles: ['api', 'route,apns'] },
    apple: { secret: key, phones: count },
  });
  const worker = push.processes[1]!;
  worker.pause();
  return {
    name: 'signalbox',
    async measure() {
      await sendBatches(push, count);
      const figures = await timed(machine, sink, worker.pid, count, async () => {
        const before = await sink.received();
        worker.resume();
        // The database is asked when there is nothing left to send, so that asking costs nobody anything.
        await until(async () => (await sink.received()) - before >= count);
        await until(async () => (await push.open()) === 0);
      });
      worker.pause();
      const deliveries = await push.deliveries();
      if (deliveries['sent'] !== count) throw new Error(`not all were sent: ${JSON.stringify(deliveries)}`);
      await push.forget();
      return figures;
    },
  };
}

async function peer(machine: Machine, sink: Sink, key: ApnsCredential): Promise<Side> {
  const count = NOTIFICATIONS.peer;
  const [databaseUrl, redisUrl] = [await machine.databaseUrl('peer'), machine.redisUrl(2)];
  const database = openDatabase({ url: databaseUrl, name: 'bench', onIdleError: () => undefined });
  machine.onStop(() => database.close());
  await database.query(MAKE_TABLE);
  const queue = openPeerQueue(redisUrl);
  machine.onStop(() => queue.close());
  const worker = await startPeerWorker(machine, databaseUrl, redisUrl, key);
  worker.pause();
  const open = async (): Promise<number> => (await database.query<{ open: number }>(COUNT_PENDING)).rows[0]!.open;
  return {
    name: 'a job each, node-apn, UPDATE',
    async measure() {
      const ids = Array.from({ length: count }, () => randomUUID());
      await database.query(INSERT_PENDING, [ids]);
      const token = 'a1b2c3d4'.repeat(8);
      const jobs = ids.map((id) => ({ name: 'send', data: { id, token, title: 'Hello', body: 'from Signalbox' } }));
      for (let from = 0; from < count; from += 1_000) await queue.addBulk(jobs.slice(from, from + 1_000));
      const figures = await timed(machine, sink, worker.pid, count, async () => {
        const before = await sink.received();
        worker.resume();
        await until(async () => (await sink.received()) - before >= count);
        await until(async () => (await open()) === 0);
      });
      worker.pause();
      const { rows } = await database.query<{ sent: number }>(COUNT_SENT);
      if (rows[0]!.sent !== count) throw new Error(`${rows[0]!.sent} of ${count} were sent`);
      await database.query(EMPTY);
      await emptyRedis(redisUrl);
      return figures;
    },
  };
}

async function raw(machine: Machine, sink: Sink): Promise<Side> {
  const ca = join(mkdtempSync(join(tmpdir(), 'signalbox-bench-ca-')), 'ca.pem');
  writeFileSync(ca, sink.ca);
  const sender = fork(new URL('raw-sender.ts', import.meta.url), [sink.origin, ca], { stdio: 'inherit' });
  machine.onStop(async () => sender.kill());
  await once(sender, 'message');
  return {
    name: 'raw node:http2',
    measure: () =>
      timed(machine, sink, sender.pid!, NOTIFICATIONS.raw, async () => {
        sender.send(NOTIFICATIONS.raw);
        await once(sender, 'message');
      }),
  };
}

/** @throws where Apple did not get each once. */
export async function timed(
  { postgres, redis }: Machine,
  sink: Sink,
  worker: number,
  count: number,
  work: () => Promise<void>,
): Promise<Figures> {
  const before = await sink.received();
  const spent = spending({ worker, sink: sink.pid, postgres: postgres.pid!, redis: redis.pid });
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const cpu = spent(count);
  const received = (await sink.received()) - before;
  if (received !== count) throw new Error(`${received} of ${count} came`);
  return { perSecond: count / seconds, cpu };
}
