import { connect } from 'node:net';
import { LaunchRefused } from './launch-refused.js';

/** Milliseconds that a Redis may take to accept a connection. */
const PATIENCE = 3_000;

/** @throws LaunchRefused when nobody listens where REDIS_URL points; whether it is a Redis is found out by its users. */
export async function checkRedis(redisUrl: string): Promise<void> {
  const { hostname, port } = new URL(redisUrl);
  const reason = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: PATIENCE });
    const settle = (why?: string): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => settle());
    socket.once('timeout', () => settle(`no answer within ${PATIENCE / 1_000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
  if (reason === undefined) return;
  throw new LaunchRefused(
    `no Redis at ${hostname}:${port || 6379} (${reason}); start it, correct REDIS_URL, or unset REDIS_URL to run the queues on Postgres`,
  );
}
