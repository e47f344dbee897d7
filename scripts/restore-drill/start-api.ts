import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@signalbox/embedded-postgres';
import { bareEnvironment, type DrillConfig } from './config.ts';

const PATIENCE_MS = 30_000;

/** A push service over the restored database. */
export interface ApiOnTrial {
  /** Asks as the operator; answers the status. */
  ask(path: string): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a push process with the role `api` alone. It takes requests and offers work on queues of its own, in the restored database
 * itself; there is no process that routes or sends, so nothing can reach a phone, whatever the backup says is owed.
 */
export async function startApi(repository: string, databaseUrl: string, key: DrillConfig): Promise<ApiOnTrial> {
  const port = await freePort(0);
  const token = `sbo_${randomBytes(32).toString('base64url')}`;
  const sealing =
    key.masterKey !== undefined
      ? { MASTER_KEY: key.masterKey }
      : key.masterKeyFile !== undefined
        ? { MASTER_KEY_FILE: key.masterKeyFile }
        : { MASTER_KEY: randomBytes(32).toString('base64') };
  const child = spawn(process.execPath, [join(repository, 'apps/push/dist/main.js')], {
    env: {
      ...bareEnvironment(),
      ...sealing,
      DATABASE_URL: databaseUrl,
      PUSH_ROLES: 'api',
      PORT: String(port),
      OPERATOR_TOKEN: token,
      QUEUE_PREFIX: '{restore-drill}',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ask = async (path: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers, signal: AbortSignal.timeout(5_000) })).status;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', endWithUs);
  };
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`push did not start over the restored database: ${said.slice(-600)}`);
    if ((await ask('/health/ready').catch(() => 0)) === 200) return { ask, stop };
  }
  await stop();
  throw new Error(`push was not ready over the restored database within ${PATIENCE_MS / 1_000} s: ${said.slice(-600)}`);
}
