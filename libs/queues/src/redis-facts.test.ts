import { describe, expect, it } from '@jest/globals';
import { QUEUES, QUEUE_NAMES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually, useRedis } from '@signalbox/testing';
import { openRedisBackend } from './redis-backend.js';
import { readRedisFacts } from './redis-facts.js';

describe('what a Redis is like', () => {
  const redis = useRedis();

  it('is read with the queues that nobody has begun', async () => {
    const redisUrl = redis.url();
    // The closing line of the run says that there was no Redis.
    if (redisUrl === undefined) return;
    const prefix = '{facts}';
    const before = await readRedisFacts({ redisUrl, prefix });
    expect(before.kind).toBe('one');
    const server = { version: expect.stringMatching(/^\d+\./), maxmemoryPolicy: expect.any(String) };
    expect(before.servers).toEqual([expect.objectContaining(server)]);
    expect(before.epochsMissing).toEqual(QUEUE_NAMES);
    const backend = openRedisBackend(redisUrl, prefix, createLogger('test', 'silent'));
    await eventually(() => backend.beginEpoch(QUEUES.apnsBulk));
    await backend.close();
    expect((await readRedisFacts({ redisUrl, prefix })).epochsMissing).not.toContain(QUEUES.apnsBulk);
  });

  it('is not known of one that does not answer, and whoever asks is told soon', async () => {
    await expect(readRedisFacts({ redisUrl: 'redis://127.0.0.1:1', prefix: '{x}' })).rejects.toThrow(
      /ECONNREFUSED|closed/,
    );
  });
});
