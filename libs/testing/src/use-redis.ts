import { afterAll, beforeAll } from '@jest/globals';
import { Redis } from 'ioredis';
import { currentRun } from './run/config.js';

/** The Redis of the run, or nothing. */
export interface TestRedis {
  /** Undefined when this run has no Redis. */
  url(): string | undefined;
}

/**
 * Gives the file one of the server's numbered databases, the one of its jest worker, emptied before the first test.
 * It is shared with nobody, as a worker runs one file at a time; only FLUSHALL would reach others: suites that need it
 * start a Redis of their own (`startRedis`).
 */
export function useRedis(): TestRedis {
  const url = redisOfThisWorker();
  const flush = async (): Promise<void> => {
    if (url === undefined) return;
    const client = new Redis(url);
    await client.flushdb();
    await client.quit();
  };
  beforeAll(flush, 30_000);
  afterAll(flush, 30_000);
  return { url: () => url };
}

/** @returns undefined when this run has no Redis. */
export function redisOfThisWorker(): string | undefined {
  const { redisUrl, worker } = currentRun();
  if (redisUrl === undefined) return undefined;
  const url = new URL(redisUrl);
  // Most servers have 16 databases; 0 is left to whoever else uses a server that was handed to us.
  url.pathname = `/${((worker - 1) % 15) + 1}`;
  return url.href;
}
