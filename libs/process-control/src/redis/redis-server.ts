import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@signalbox/embedded-postgres';
import { canStartRedis, type RedisProcess, redisProcess } from './redis-process.js';
import { type RedisTlsFiles, tlsSettings } from './tls-settings.js';

export interface RedisOptions {
  /** Its working folder; made when missing. */
  readonly directory: string;
  /** Appends every write to disk, so that it survives a SIGKILL; off unless told. */
  readonly durable?: boolean;
  /** Takes clients over TLS, on a port of its own. */
  readonly tls?: RedisTlsFiles;
  /** Settings of redis.conf besides. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A Redis of our own, that can be killed and started again on the same port. */
export interface RedisServer extends RedisProcess {
  readonly url: string;
  /** Where it speaks TLS; 0: nowhere. */
  readonly tlsPort: number;
  /** Deletes what a dead server kept on disk: the next start is an empty one. */
  lose(): Promise<void>;
  /** FLUSHALL: everything gone, the server runs on. */
  flushAll(): Promise<void>;
}

/** Starts a Redis on a free port of 127.0.0.1. @returns undefined when there is no `redis-server` on PATH. */
export async function startRedis(options: RedisOptions): Promise<RedisServer | undefined> {
  if (!canStartRedis()) return undefined;
  const { directory, durable = false, tls, settings = {} } = options;
  const port = await freePort(0);
  const tlsPort = tls === undefined ? 0 : await freePort(0);
  // Unless told, the port of a cluster's bus is 10,000 above the other, where somebody may be.
  const ofCluster = settings['cluster-enabled'] === 'yes' ? { 'cluster-port': await freePort(0) } : {};
  const server = redisProcess({
    directory,
    port,
    settings: { ...dataSettings(directory, durable), ...(tls && tlsSettings(tls, tlsPort)), ...ofCluster, ...settings },
  });
  await server.start();
  return Object.assign(server, {
    url: `redis://127.0.0.1:${port}`,
    tlsPort,
    lose: () => rm(join(directory, 'appendonlydir'), { recursive: true, force: true }),
    async flushAll() {
      await server.ask('FLUSHALL');
    },
  });
}

/** Of every server that keeps data. */
export function dataSettings(directory: string, durable: boolean): Record<string, string | number> {
  return {
    pidfile: join(directory, 'redis.pid'),
    save: '',
    appendonly: durable ? 'yes' : 'no',
    // BullMQ loses jobs under any other policy.
    'maxmemory-policy': 'noeviction',
    databases: 64,
  };
}
