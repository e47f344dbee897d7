import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  canStartRedis,
  eventually,
  type RedisProcess,
  sizeOfTest,
  startRedisCluster,
  startRedisSentinels,
  usePostgres,
} from '@signalbox/testing';
import { startPlainBullmq } from './failover/plain-bullmq.js';
import { PATIENCE, Scene } from './failover/scene.js';

/** `REDIS_FAILOVERS=10` is the long form. */
const FAILOVERS = sizeOfTest('REDIS_FAILOVERS', 1);
/** Accepted before and after each failure. */
const SOME = 100;

const onRedis = canStartRedis() ? describe : describe.skip;

onRedis('a master of a Redis Cluster that is killed under load', () => {
  const directory = useDirectory();
  const postgres = usePostgres();

  it(
    'costs nothing that was accepted: a replica takes over, also one that was behind, and all of it is delivered',
    async () => {
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
        await scene.settles();
        scene.say('redis cluster, master killed', await plain.end());
      } finally {
        await scene?.end();
        await cluster.stop();
      }
    },
    120_000 * FAILOVERS,
  );
});

onRedis('a master behind Sentinel that is partitioned away with its clients, under load', () => {
  const directory = useDirectory();
  const postgres = usePostgres();

  it(
    'costs nothing that was accepted: what it was told meanwhile is dropped, and all of it is delivered',
    async () => {
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
        await scene.settles();
        scene.say('redis behind sentinel, partition', await plain.end());
      } finally {
        await scene?.end();
        await sentinels.stop();
      }
    },
    120_000 * FAILOVERS,
  );
});

function useDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-failover-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return directory;
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
