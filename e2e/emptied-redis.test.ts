import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canStartRedis, eventually, useOwnRedis, usePostgres } from '@signalbox/testing';
import { openWork, violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

const NOTIFICATIONS = 2_000;

(canStartRedis() ? describe : describe.skip)('FLUSHALL in mid-flow', () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const redis = useOwnRedis();
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis()!.url });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
  }, 60_000);

  it('has everything offered again within thirty seconds, without a restart', async () => {
    // A slow provider keeps the work in the queues while they are emptied: so slow that it does not keep up even with
    // a machine that accepts slowly, and well within what a send may take.
    await stack.call('PUT', `${stack.urls.control}/v1/apns/behaviour`, { body: { latencyMs: 3_000 } });
    const send = async (): Promise<void> => {
      const answer = await stack.push_('POST', '/v1/notifications', { to: { userId: 'ann' }, content: { body: 'x' } });
      expect(answer.status).toBe(202);
    };
    for (let sent = 0; sent < NOTIFICATIONS; sent += 50) await Promise.all(Array.from({ length: 50 }, send));
    const waiting = await openWork(postgres.database());
    expect(waiting).toBeGreaterThan(100);
    const flushedAt = performance.now();
    await redis()!.flushAll();
    await stack.call('DELETE', `${stack.urls.control}/v1/apns/behaviour`);
    await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 30_000, every: 100 });
    process.stdout.write(
      `FLUSHALL with ${waiting} items open: all done ${((performance.now() - flushedAt) / 1_000).toFixed(1)} s later\n`,
    );
    expect(await violations(postgres.database())).toEqual([]);
    expect(new Set(stack.received().map((push) => push.headers['apns-id'])).size).toBe(NOTIFICATIONS);
  }, 90_000);

  it('and a Redis that is gone does not keep the push service from stopping', async () => {
    await redis()!.stop();
    expect(await stack.push.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);
});
