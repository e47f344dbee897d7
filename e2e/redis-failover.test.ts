import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canStartRedis,
  eventually,
  type RedisProcess,
  sizeOfTest,
  startRedisCluster,
  startRedisSentinels,
  type TestPostgres,
  usePostgres,
} from '@signalbox/testing';
import { startPlainBullmq } from './failover/plain-bullmq.js';
import { PATIENCE, Scene } from './failover/scene.js';

/** `REDIS_FAILOVERS=10` is the long form. */
const FAILOVERS = sizeOfTest('REDIS_FAILOVERS', 1);
/** Accepted before and after each failure. */
const SOME = 100;

(canStartRedis() ? describe : describe.skip)('a Redis whose master fails under load', () => {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-failover-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const ofCluster = usePostgres();
  const ofSentinel = usePostgres();
  /** Most of their time is waiting: they are played beside each other, each on servers and a database of its own. */
  let played: Record<'cluster' | 'sentinel', Promise<void>>;
  beforeAll(() => {
    played = {
      cluster: killMaster(ofCluster, join(directory, 'cluster')),
      sentinel: partitionMaster(ofSentinel, join(directory, 'sentinel')),
    };
    // Each test says how its own ended.
    for (const ended of Object.values(played)) ended.catch(() => undefined);
  });

  it(
    'of a Cluster, and is killed, costs nothing that was accepted: a replica takes over, also one that was behind, and all is delivered',
    () => played.cluster,
    240_000 * FAILOVERS,
  );

  it(
    'behind Sentinel, and is partitioned away with its clients, costs nothing that was accepted: what it was told is dropped, and all is delivered',
    () => played.sentinel,
    240_000 * FAILOVERS,
  );
});

async function killMaster(postgres: TestPostgres, directory: string): Promise<void> {
  const cluster = await startRedisCluster({ directory, masters: 3, replicas: 1, nodeTimeout: 1_000 });
  let scene: Scene | undefined;
  try {
    scene = await Scene.begin(postgres.database(), postgres.url(), cluster.url);
    const key = scene.firstQueueInCluster;
    const plain = await startPlainBullmq(cluster.url, await prefixBeside((of) => cluster.masterOf(of), key));
    for (let round = 0; round < FAILOVERS; round += 1) {
      await scene.accepts(SOME);
      const master = await cluster.masterOf(key);
      // Every other time its replica has not heard the last of it, as one that is far away or busy.
      const behind = round % 2 === 0 ? await cluster.replicasOf(master) : [];
      for (const replica of behind) replica.pause();
      if (behind.length > 0) {
        await master.ask('CLIENT KILL TYPE replica');
        await scene.accepts(SOME);
      }
      await master.kill();
      for (const replica of behind) replica.resume();
      await scene.flowIsBack();
      await scene.accepts(SOME);
      await master.start();
      if (round + 1 < FAILOVERS) await cluster.untilWhole();
    }
    const [books] = await Promise.all([plain.end(), scene.settles()]);
    scene.say('redis cluster, master killed', books);
  } finally {
    await scene?.end();
    await cluster.stop();
  }
}

async function partitionMaster(postgres: TestPostgres, directory: string): Promise<void> {
  const sentinels = await startRedisSentinels({ directory, replicas: 1, sentinels: 3, downAfter: 1_000 });
  let scene: Scene | undefined;
  try {
    scene = await Scene.begin(postgres.database(), postgres.url(), sentinels.url);
    const plain = await startPlainBullmq(sentinels.url, 'plain');
    for (let round = 0; round < FAILOVERS; round += 1) {
      await scene.accepts(SOME);
      const master = await sentinels.master();
      sentinels.partition(master);
      await eventually(async () => (await sentinels.master()) !== master, PATIENCE);
      // Two masters: all clients are with the one that will have to forget what they wrote.
      expect(await roleOf(master)).toBe('master');
      await scene.accepts(SOME);
      sentinels.heal();
      await eventually(async () => expect(await roleOf(master)).toBe('slave'), PATIENCE);
      await scene.flowIsBack();
      await scene.accepts(SOME);
      if (round + 1 < FAILOVERS) await sentinels.untilWhole();
    }
    const [books] = await Promise.all([plain.end(), scene.settles()]);
    scene.say('redis behind sentinel, partition', books);
  } finally {
    await scene?.end();
    await sentinels.stop();
  }
}

/** A prefix whose keys lie on the same master as `key`, so that both suffer the same. */
async function prefixBeside(masterOf: (key: string) => Promise<RedisProcess>, key: string): Promise<string> {
  const { port } = await masterOf(key);
  for (let number = 0; ; number += 1) {
    const prefix = `{plain-${number}}`;
    if ((await masterOf(prefix)).port === port) return prefix;
  }
}

async function roleOf(server: RedisProcess): Promise<string | undefined> {
  return /role:(\w+)/.exec(await server.ask('INFO replication'))?.[1];
}
