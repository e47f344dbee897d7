import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { type AppPrincipal, RequestLimiter, type SharedBuckets } from '@signalbox/http';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, type RedisServer, startRedis } from '@signalbox/testing';
import { RedisBuckets } from './redis-buckets.js';

const canRun = canStartRedis();
const SEND = { burst: 400, perSecond: 200 };
/** What a process may be behind by: a lot, and what it lets through while the answer is on its way. */
const LOT = SEND.burst / 100;

/** Two processes, as far as limits are concerned: each has its own buckets and its own connection. */
(canRun ? describe : describe.skip)(
  `limits of several processes${canRun ? '' : ' (skipped: there is no redis-server on PATH)'}`,
  () => {
    let redis: RedisServer;
    const shared: RedisBuckets[] = [];
    let limiters: RequestLimiter[];
    beforeAll(async () => {
      redis = (await startRedis({ directory: mkdtempSync(join(tmpdir(), 'limits-')) }))!;
      limiters = [0, 1].map(() => {
        const buckets = new RedisBuckets({
          redisUrl: redis.url,
          prefix: '{limits}',
          logger: createLogger('test', 'silent'),
        });
        shared.push(buckets);
        return new RequestLimiter({ limits: { send: SEND }, shared: followed(buckets) });
      });
      // The connection is there when the first lot is counted for both.
      await Promise.all(
        shared.map((buckets) =>
          eventually(async () => {
            expect(await buckets.settle('warm-up', SEND, 0)).toBe(SEND.burst);
          }),
        ),
      );
    });
    afterAll(async () => {
      await Promise.all(shared.map((buckets) => buckets.close()));
      await redis.stop();
    });

    let passed = 0;
    /** What came through, at both, while one was waiting to hear from Redis. */
    let mostMeanwhile = 0;
    const followed = (buckets: RedisBuckets): SharedBuckets => ({
      async settle(...what) {
        const before = passed;
        const level = await buckets.settle(...what);
        mostMeanwhile = Math.max(mostMeanwhile, passed - before);
        return level;
      },
    });
    const callerOf = (keyId: Uuid): AppPrincipal => ({
      kind: 'app',
      appId: newUuid(),
      mode: 'test',
      keyId,
      keyKind: 'secret',
      scopes: new Set(),
    });

    /** A round trip, where there is anybody at the other end: otherwise all would be over before one has heard anything of the other. */
    async function pace(): Promise<void> {
      await shared[0]!.settle('pace', SEND, 0).catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
    }

    /** Asks both without end, one round trip after the other; once it shall end, until there is nothing left to get. */
    async function storm(shallEnd: (passed: number, elapsedMs: number) => boolean) {
      const caller = callerOf(newUuid());
      const startedAt = performance.now();
      for ([passed, mostMeanwhile] = [0, 0]; ;) {
        const before = passed;
        for (const limiter of limiters)
          for (let request = 0; request < LOT; request += 1) if (limiter.accountOf(caller, 'send').take()) passed += 1;
        const elapsedMs = performance.now() - startedAt;
        if (passed === before && shallEnd(passed, elapsedMs))
          return { brought: SEND.burst + (elapsedMs * SEND.perSecond) / 1_000 };
        await pace();
      }
    }

    it('are kept together: what passes is a burst and what time brings, whoever is asked', async () => {
      const { brought } = await storm((soFar) => soFar >= SEND.burst + 100);
      expect(passed).toBeLessThanOrEqual(brought + limiters.length * (LOT + mostMeanwhile));
      expect(passed).toBeGreaterThanOrEqual(brought - 4 * LOT - 8);
    });

    it('hold while redis is away: everybody is answered at once, and each process keeps to a bucket of its own', async () => {
      let isAway = false;
      const { brought } = await storm((_soFar, ms) => {
        if (!isAway) void redis.kill();
        isAway = true;
        return ms > 1_000;
      });
      expect(passed).toBeLessThanOrEqual(limiters.length * brought);
      expect(passed).toBeGreaterThanOrEqual(brought - 4 * LOT - 8);
    });
  },
);
