import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { canStartRedis, type RedisServer, startRedis } from '@signalbox/process-control';

/**
 * A Redis that one file has to itself, to be emptied, killed or told whom it lets in. Started before the first test. To be called after the
 * `afterAll` that stops what uses it.
 *
 * @returns what gives the server; nothing where there is no redis-server on PATH.
 */
export function useOwnRedis(): () => RedisServer | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-own-redis-'));
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    if (canStartRedis()) redis = await startRedis({ directory });
  }, 30_000);
  afterAll(async () => {
    await redis?.stop();
    await rm(directory, { recursive: true });
  }, 30_000);
  return () => redis;
}
