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
    const logged: string[] = [];
    const open = (service = 'push', redisUrl = redis.url): RedisBuckets => {
      const logger = createLogger('test', 'warn', { write: (line) => logged.push(line) });
      const buckets = new RedisBuckets({ redisUrl, prefix: '{limits}', service, logger });
      shared.push(buckets);
      return buckets;
    };
    /** The connection is there when the first lot is counted. */
    const untilHeard = (buckets: RedisBuckets) =>
      eventually(async () => {
        expect(await buckets.settle('warm-up', SEND, 0)).toBe(SEND.burst);
      });
    let limiters: RequestLimiter[];
    beforeAll(async () => {
      redis = (await startRedis({ directory: mkdtempSync(join(tmpdir(), 'limits-')) }))!;
      limiters = [0, 1].map(() => {
        return new RequestLimiter({ limits: { send: SEND }, shared: followed(open()) });
      });
      await Promise.all(shared.map(untilHeard));
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

    it('refuse nobody who keeps to half of them, neither while redis is away nor when it is back', async () => {
      const clock = { now: 0 };
      const rate = { burst: 500, perSecond: 50 };
      const [one, another] = shared.map(
        (buckets) => new RequestLimiter({ limits: { send: rate }, shared: buckets, now: () => clock.now }),
      );
      const caller = callerOf(newUuid());
      const refusedIn = async (seconds: number): Promise<number> => {
        let refused = 0;
        // 25 a second by the clock of the test, and each process has an answer of Redis, or its absence, in between.
        for (let request = 0; request < seconds * 25; request += 1) {
          clock.now += 40;
          if (!(request % 2 === 0 ? one! : another!).accountOf(caller, 'send').take()) refused += 1;
          await pace();
        }
        return refused;
      };
      expect(await refusedIn(60)).toBe(0);
      await redis.start();
      await Promise.all(shared.map(untilHeard));
      // Of its clock little passes, so that Redis forgives next to nothing.
      expect(await refusedIn(10)).toBe(0);
      const told = rate.burst - (await shared[0]!.settle(`send:${caller.keyId}`, rate, 0));
      expect(told).toBeGreaterThan(100);
      expect(told).toBeLessThanOrEqual(250 + 2 * (rate.burst / 100));
    });

    it('are of a service: another one, with other limits, takes from buckets of its own', async () => {
      const events = open('events');
      await untilHeard(events);
      expect(await shared[0]!.settle('send:key', SEND, 100)).toBe(300);
      expect(await events.settle('send:key', { burst: 50, perSecond: 1 }, 0)).toBe(50);
      expect(await shared[0]!.settle('send:key', SEND, 0)).toBeGreaterThanOrEqual(300);
    });

    it('that redis refuses to count are in the log', async () => {
      await redis.ask('ACL SETUSER poor on >pw ~* +@all -time');
      const refused = open('push', redis.url.replace('://', '://poor:pw@'));
      logged.length = 0;
      await eventually(() => expect(refused.settle('send:key', SEND, 1)).rejects.toThrow(/can't run this command/));
      expect(logged).toEqual([
        expect.stringMatching(/can't run this command.*limits are counted by each process alone/s),
      ]);
    });
  },
);
