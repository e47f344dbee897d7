import { reachRedis } from '@signalbox/redis';
import { LaunchRefused } from './launch-refused.js';

/** @throws LaunchRefused when nobody listens where REDIS_URL points, or has another certificate than it ought to. Passwords are tried by its users. */
export async function checkRedis(redisUrl: string): Promise<void> {
  const trouble = await reachRedis(redisUrl);
  if (trouble === undefined) return;
  throw new LaunchRefused(
    `no Redis at ${trouble.message}; start it, correct REDIS_URL, or unset REDIS_URL to run the queues on Postgres`,
  );
}
