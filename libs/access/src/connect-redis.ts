import { once } from 'node:events';
import { inTime } from '@signalbox/resilience';
import { openRedis, type RedisConnection } from '@signalbox/redis';

/** Milliseconds without an answer after which a connection is left: a host that is gone does not close it. */
const SILENCE = 3_000;
/** Milliseconds that a connection has to end. */
const LEAVING = 1_000;

/** A connection that fails fast and keeps coming back; whoever uses it asks the database meanwhile. */
export function connectRedis(url: string, onTrouble: (error: Error) => void): RedisConnection {
  const redis = openRedis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: SILENCE,
    socketTimeout: SILENCE,
    retry: (times) => Math.min(500, 50 * times),
  });
  redis.on('error', onTrouble);
  return redis;
}

/** Resolves when a new connection is there, or was not to be had the first time: what is asked before fails, and says nothing of Redis. */
export async function untilTried(redis: RedisConnection, signal: AbortSignal): Promise<void> {
  if (redis.status === 'ready') return;
  const tried = new AbortController();
  const ended = AbortSignal.any([signal, tried.signal]);
  // An error of the connection is an end as well.
  await Promise.race(['ready', 'close'].map((event) => once(redis, event, { signal: ended }))).catch(() => undefined);
  tried.abort();
}

/** Gives the connection up, with whatever is under way on it. */
export async function leaveRedis(redis: RedisConnection): Promise<void> {
  if (redis.status === 'end') return;
  const left = once(redis, 'end').then(() => undefined);
  redis.disconnect();
  // One that is just waiting to be made again never says that it ended.
  await inTime(left, LEAVING, undefined);
}
