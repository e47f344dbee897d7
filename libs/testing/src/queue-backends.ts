import { it } from '@jest/globals';
import { redisOfThisWorker } from './use-redis.js';

/** A queue engine that a suite is to be run on. */
export type QueueBackendUnderTest =
  { readonly name: 'redis'; readonly redisUrl: string } | { readonly name: 'postgres'; readonly redisUrl?: undefined };

/**
 * Both engines, for `describe.each(queueBackends())`. Without a Redis in this run its half is missing; that shows as a
 * skipped test here and loudly at the end of the run.
 */
export function queueBackends(): QueueBackendUnderTest[] {
  const redisUrl = redisOfThisWorker();
  if (redisUrl !== undefined) return [{ name: 'redis', redisUrl }, { name: 'postgres' }];
  it.skip('runs on the Redis backend too (no redis-server on PATH, TEST_REDIS_URL not set)', () => undefined);
  return [{ name: 'postgres' }];
}
