import { Redis } from 'ioredis';

/** Forgets everything in one database of a Redis. */
export async function emptyRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
}
