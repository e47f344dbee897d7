/** What every comparison stands on: one Postgres and one Redis of our own, on this machine, for the time of the run. */
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { type RedisServer, startRedis } from '@signalbox/process-control';

export interface Machine {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** A database of its own for each, so that nobody's tables lie in another's way. */
  databaseUrl(name: string): Promise<string>;
  /** A Redis database of its own, of 64. */
  redisUrl(number: number): string;
  /** Called at the end, the last first. */
  onStop(stop: () => Promise<unknown>): void;
  stop(): Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Postgres as it comes, with durable commits; Redis writes its log every second, as BullMQ's guide has it for production. */
export async function startMachine(settings: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  // Root's Postgres runs as another user, who must get in.
  chmodSync(directory, 0o755);
  const stops: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stopAll = async (): Promise<void> => {
    for (let each = stops.pop(); each !== undefined; each = stops.pop()) await each();
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll());
  // Postgres has a session of its own: it would run on, and keep gigabytes.
  const interrupted = (): void => void stop().finally(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    const postgres = await PostgresServer.open({
      directory: join(directory, 'pg'),
      port: 0,
      settings: { max_connections: 200, max_wal_size: '2GB', ...settings },
    });
    stops.push(() => postgres.discard());
    const redis = await startRedis({ directory: join(directory, 'redis'), durable: true });
    if (redis === undefined) throw new Error('there is no redis-server on the PATH; Debian has it in redis-server');
    stops.push(() => redis.stop());
    return {
      postgres,
      redis,
      async databaseUrl(name) {
        await postgres.ensureDatabase(name);
        return postgres.url(name);
      },
      redisUrl: (number) => `${redis.url}/${number}`,
      onStop: (each) => stops.push(each),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
