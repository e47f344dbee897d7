import { Redis } from 'ioredis';

/** Every key of a database with its value, as text, a line each. */
export async function dumpRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  try {
    const lines = (await redis.keys('*')).map(async (key) => {
      // A key may go while the others are read: there is nothing of kind `none`.
      const value = await read[await redis.type(key)]?.(key);
      return `${key} ${JSON.stringify(value)}`;
    });
    return (await Promise.all(lines)).join('\n');
  } finally {
    await redis.quit();
  }
}
