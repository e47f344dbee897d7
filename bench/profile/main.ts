/**
 * `npm run bench:profile -- accept 64`, `-- deliver`, `-- single 200`, `-- stripe 64` or `-- stripe-work`: where time goes. Prints what
 * functions of each process take most, statements
 * by their time, Redis commands; leaves the profiles in a folder, to be opened as flame charts in a browser's developer tools.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@signalbox/database';
import type { RunningProcess } from '@signalbox/process-control';
import { Redis } from 'ioredis';
import { burst, numbered, postAll } from '../load/burst.ts';
import { type Post, steady } from '../load/post-load.ts';
import { appleKey } from '../machine/apple-key.ts';
import { type Machine, startMachine } from '../machine/machine.ts';
import { startSink } from '../machine/start-sink.ts';
import { until } from '../measure/until.ts';
import { requestOf } from '../push/request.ts';
import { startPush } from '../push/push-under-load.ts';
import { sendBatches } from '../push/send-batches.ts';
import { startPayments } from '../stripe/payments-under-load.ts';
import { webhook } from '../stripe/webhook.ts';
import { COUNT_STATEMENTS, RESET_STATEMENTS, STATEMENTS } from './profile.queries.ts';
import { readProfile } from './read-profile.ts';

const SECONDS = 6;
const PHONES = 30_000;
/** So many are acknowledged, and so many worked on. */
const WEBHOOKS = { acknowledged: 20_000, worked: 3_000 };
const SHOWN = { places: 30, self: 40, total: 70 };

const directory = mkdtempSync(join(tmpdir(), 'signalbox-profile-'));
const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--cpu-prof-interval=500'];
const [what = 'accept', second = '64'] = process.argv.slice(2);

/** Compilers are done when it resolves; then the work is measured. @returns units of work. */
const WORK = {
  async accept(machine: Machine): Promise<Work> {
    const push = await startPush(machine, { name: 'profile', redis: 1, roles: ['api'], nodeArgs });
    const next = numbered((place) => requestOf(push, { 'idempotency-key': `order-${place}` }));
    const load = { origin: push.origin, connections: Number(second), next };
    await burst({ ...load, seconds: 3 });
    return { processes: push.processes, run: async () => (await burst({ ...load, seconds: SECONDS })).count };
  },
  async deliver(machine: Machine): Promise<Work> {
    const sink = await startSink(machine);
    const apple = { secret: appleKey(sink), phones: PHONES };
    const push = await startPush(machine, { name: 'profile', redis: 1, roles: ['api', 'route,apns'], apple, nodeArgs });
    const worker = push.processes[1]!;
    const deliver = async (): Promise<number> => {
      const before = await sink.received();
      worker.resume();
      await until(async () => (await sink.received()) - before >= PHONES);
      await until(async () => (await push.open()) === 0);
      return PHONES;
    };
    worker.pause();
    await sendBatches(push, PHONES);
    await deliver();
    worker.pause();
    await sendBatches(push, PHONES);
    return { processes: push.processes, run: deliver };
  },
  async stripe(machine: Machine): Promise<Work> {
    const { processes, webhooks, post } = await startStripe(machine, ['edge,api']);
    await post(webhooks(WEBHOOKS.acknowledged));
    const posts = webhooks(WEBHOOKS.acknowledged);
    return { processes, run: () => post(posts) };
  },
  async 'stripe-work'(machine: Machine): Promise<Work> {
    const { processes, webhooks, post, open } = await startStripe(machine, ['edge,api', 'work']);
    const worker = processes[1]!;
    const work = async (): Promise<number> => {
      worker.resume();
      await until(async () => (await open()) === 0);
      return WEBHOOKS.worked;
    };
    worker.pause();
    await post(webhooks(WEBHOOKS.worked));
    await work();
    worker.pause();
    await post(webhooks(WEBHOOKS.worked));
    return { processes, run: work };
  },
  async single(machine: Machine): Promise<Work> {
    const sink = await startSink(machine);
    const apple = { secret: appleKey(sink), phones: PHONES };
    const push = await startPush(machine, { name: 'profile', redis: 1, roles: ['api', 'route,apns'], apple, nodeArgs });
    const headers = { authorization: `Bearer ${push.apiKey}`, 'content-type': 'application/json' };
    let sent = 0;
    const makePost = (): Post => {
      const body = { to: { userId: `user-${(sent += 1) % PHONES}` }, content: { body: 'alone' } };
      return { path: '/v1/notifications', headers, body: Buffer.from(JSON.stringify(body)) };
    };
    const send = async (): Promise<number> => {
      const { count } = await steady(push.origin, makePost, { perSecond: Number(second), seconds: SECONDS });
      await until(async () => (await push.open()) === 0);
      return count;
    };
    await send();
    return { processes: push.processes, run: send };
  },
};

async function startStripe(machine: Machine, roles: readonly [string, ...string[]]) {
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const options = { roles, redisUrl: machine.redisUrl(1), nodeArgs };
  const { origin, path, processes, open, stop } = await startPayments(
    await machine.databaseUrl('profile'),
    secret,
    options,
  );
  machine.onStop(stop);
  return {
    processes,
    open,
    webhooks: (count: number): Post[] => Array.from({ length: count }, () => webhook(path, secret)),
    post: async (posts: readonly Post[]): Promise<number> => {
      await postAll(origin, posts, Number(second));
      return posts.length;
    },
  };
}

interface Work {
  readonly processes: readonly RunningProcess[];
  run(): Promise<number>;
}

async function profile(machine: Machine, work: Work): Promise<void> {
  const redis = new Redis(machine.redisUrl(1));
  const database = openDatabase({
    url: await machine.databaseUrl('profile'),
    name: 'profile',
    onIdleError: () => undefined,
  });
  await database.query(COUNT_STATEMENTS);
  await database.query(RESET_STATEMENTS);
  await redis.config('RESETSTAT');
  const began = performance.now();
  const units = await work.run();
  const tookMs = performance.now() - began;
  const { rows } = await database.query<Record<string, number> & { text: string }>(STATEMENTS);
  const commands = await redis.info('commandstats');
  await Promise.all([database.close(), redis.quit()]);
  console.log(
    `${units} units in ${tookMs.toFixed(0)} ms\n\nstatements: calls, ms in all, of these to plan, rows, WAL bytes of a unit`,
  );
  for (const { calls, ms, planMs, rows: count, wal, text } of rows)
    console.log(
      `  ${calls!}  ${ms!.toFixed(0)}  ${planMs!.toFixed(0)}  ${count!}  ${(wal! / units).toFixed(0)}  ${text}`,
    );
  console.log('\nRedis commands: calls, microseconds in all');
  for (const [, name, calls, us] of commands.matchAll(/cmdstat_(\S+):calls=(\d+),usec=(\d+)/g))
    if (Number(calls) > 50) console.log(`  ${name}  ${calls}  ${us}`);
  for (const process of work.processes) await process.stop();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'))) {
    const spent = readProfile(join(directory, file), tookMs + 300);
    console.log(`\n${file}: busy ${spent.busyMs.toFixed(0)} ms; by their own time, in percent`);
    for (const kind of ['places', 'self', 'total'] as const) {
      console.log(`  ${kind}`);
      for (const [name, ms] of spent[kind].slice(0, SHOWN[kind]))
        console.log(`    ${((100 * ms) / spent.busyMs).toFixed(1).padStart(5)}  ${name}`);
    }
  }
  console.log(`\nprofiles are in ${directory}`);
}

if (!(what in WORK)) throw new Error(`there is no ${what} to profile, but ${Object.keys(WORK).join(', ')}`);
const machine = await startMachine({
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
});
try {
  await profile(machine, await WORK[what as keyof typeof WORK](machine));
} finally {
  await machine.stop();
}
