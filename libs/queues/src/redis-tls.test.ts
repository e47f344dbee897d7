import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, type RedisServer, startRedis, startRedisSentinels } from '@signalbox/testing';
import { openQueueBackend } from './open-queue-backend.js';
import { readRedisFacts } from './redis-facts.js';
import { type CertificateFiles, TestAuthority } from './tls-files.harness.js';

const queue = QUEUES.apnsBulk;

(canStartRedis() ? describe : describe.skip)('a Redis that speaks TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-redis-tls-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  let ours: CertificateFiles;
  let redis: RedisServer;
  let ca: string;
  let otherCa: string;
  beforeAll(async () => {
    const authority = await TestAuthority.make(directory, 'ours');
    ours = await authority.sign('localhost');
    ca = `caFile=${authority.caFile}`;
    otherCa = `caFile=${(await TestAuthority.make(directory, 'other')).caFile}`;
    redis = (await startRedis({ directory: join(directory, 'redis'), tls: ours }))!;
  }, 30_000);
  afterAll(() => redis.stop());

  /** A job goes in and comes out again. */
  async function carriesWork(redisUrl: string): Promise<void> {
    const backend = openQueueBackend({
      redisUrl,
      databaseUrl: '',
      prefix: '{tls}',
      logger: createLogger('t', 'silent'),
    });
    try {
      await eventually(() => backend.isWhole(), { within: 10_000 });
      const id = newUuid();
      const done = new Promise((resolve) => {
        backend.worker(queue, async (job) => resolve((job.data as { work: string }).work), { concurrency: 1 });
      });
      await backend.add(queue, [
        { name: 'job', data: { v: 1, work: id, lane: 'bulk', count: 1 }, opts: { jobId: `${id}_0` } },
      ]);
      expect(await done).toBe(id);
      expect(await backend.beginEpoch(queue)).toBe(await backend.epoch(queue));
    } finally {
      await backend.close();
    }
  }

  const refusal = (redisUrl: string): Promise<string> =>
    readRedisFacts({ redisUrl, prefix: '{tls}' }).then(
      () => 'taken',
      (error: unknown) => (error as Error).message,
    );

  it('carries work once its CA is named', async () => {
    await carriesWork(`rediss://localhost:${redis.tlsPort}?${ca}`);
  });

  it('is refused when another CA signed it, or none is named, and whoever asks is told what to set', async () => {
    for (const url of [`rediss://localhost:${redis.tlsPort}?${otherCa}`, `rediss://localhost:${redis.tlsPort}`]) {
      expect(await refusal(url)).toMatch(/certificate.*; nobody whom we trust signed .* \(\?caFile=/);
    }
  });

  it('is refused under another name than its certificate has, unless that name is said to be the right one', async () => {
    const byAddress = `rediss://127.0.0.1:${redis.tlsPort}?${ca}`;
    expect(await refusal(byAddress)).toMatch(
      /does not match certificate.*; its certificate is for another name: .*serverName=/,
    );
    expect(await refusal(`${byAddress}&serverName=localhost`)).toBe('taken');
  });

  it('is told from one that does not, both ways', async () => {
    const [overTls, inTheClear] = await Promise.all([
      refusal(`rediss://localhost:${redis.port}?${ca}`),
      refusal(`redis://localhost:${redis.tlsPort}`),
    ]);
    expect(overTls).toMatch(/no answer .* over TLS; see that this is its TLS port/);
    expect(inTheClear).not.toBe('taken');
  });

  it('that asks for our certificate gets it', async () => {
    const strict = (await startRedis({
      directory: join(directory, 'strict'),
      tls: ours,
      settings: { 'tls-auth-clients': 'yes' },
    }))!;
    const url = `rediss://localhost:${strict.tlsPort}?${ca}`;
    try {
      expect(await refusal(url)).toMatch(/a certificate of ours: .*certFile=/);
      expect(await refusal(`${url}&certFile=${ours.certFile}&keyFile=${ours.keyFile}`)).toBe('taken');
    } finally {
      await strict.stop();
    }
  });

  it('carries work as a cluster, whose nodes are known by name', async () => {
    const settings = {
      'cluster-enabled': 'yes',
      'cluster-announce-hostname': 'localhost',
      'cluster-preferred-endpoint-type': 'hostname',
      databases: 1,
    };
    const node = (await startRedis({ directory: join(directory, 'cluster'), tls: ours, settings }))!;
    try {
      await node.ask('CLUSTER ADDSLOTSRANGE 0 16383');
      await eventually(async () => expect(await node.ask('CLUSTER INFO')).toContain('cluster_state:ok'));
      await carriesWork(`rediss-cluster://localhost:${node.tlsPort}?${ca}`);
      expect(await refusal(`rediss-cluster://localhost:${node.tlsPort}?${otherCa}`)).toMatch(/nobody whom we trust/);
    } finally {
      await node.stop();
    }
  });

  it('carries work behind Sentinels, which speak it as well', async () => {
    const tls = await (await TestAuthority.make(directory, 'sentinel')).sign('127.0.0.1');
    const sentinels = await startRedisSentinels({
      ...{ directory: join(directory, 'sentinel'), replicas: 1, sentinels: 1, downAfter: 5_000 },
      tls,
    });
    try {
      await carriesWork(`${sentinels.url}?caFile=${tls.caFile}`);
      expect(await refusal(`${sentinels.url}?${otherCa}`)).toMatch(/nobody whom we trust/);
    } finally {
      await sentinels.stop();
    }
  }, 40_000);
});
