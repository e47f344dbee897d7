import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually } from '../eventually.js';
import { PartyProxy } from './party-proxy.js';
import { type RedisProcess, redisProcess } from './redis-process.js';
import { dataSettings } from './redis-server.js';
import { type RedisTlsFiles, tlsSettings } from './tls-settings.js';

export interface RedisSentinelsOptions {
  /** Servers and Sentinels have a folder each in it. */
  readonly directory: string;
  readonly replicas: number;
  /** An odd number; more than half must agree. */
  readonly sentinels: number;
  /** Milliseconds of silence after which the master counts as gone. */
  readonly downAfter: number;
  /** They speak to each other and to clients over TLS alone. */
  readonly tls?: RedisTlsFiles;
}

/** A master, its replicas and their Sentinels on 127.0.0.1, each behind a proxy of its own. */
export interface RedisSentinels {
  readonly url: string;
  readonly servers: readonly RedisProcess[];
  readonly sentinels: readonly RedisProcess[];
  /** Whom most Sentinels name as the master, over whatever partition there is. */
  master(): Promise<RedisProcess>;
  /** Leaves this server alone with all clients: neither hears of the other servers and of the Sentinels, nor the other way round. */
  partition(server: RedisProcess): void;
  heal(): void;
  /** Resolves when one server leads, all others follow it, and all Sentinels know of each other. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

const MASTER = 'signalbox';
const WITHIN = { within: 30_000, every: 50 } as const;

/** Starts them and resolves when they are whole. @throws Error where there is no `redis-server`: see canStartRedis. */
export async function startRedisSentinels(options: RedisSentinelsOptions): Promise<RedisSentinels> {
  const { directory, tls } = options;
  const places: Place[] = [];
  for (let number = 0; number < 1 + options.replicas; number += 1) {
    const [port, tlsPort] = [await freePort(0), await freePort(0)];
    const proxy = await PartyProxy.open(tls === undefined ? port : tlsPort);
    const folder = join(directory, `server-${number}`);
    const master = places[0]?.proxy.port;
    const server = redisProcess({
      directory: folder,
      port,
      settings: {
        ...dataSettings(folder, false),
        'replica-announce-ip': '127.0.0.1',
        'replica-announce-port': proxy.port,
        'repl-diskless-sync-delay': 0,
        ...(master !== undefined && { replicaof: `127.0.0.1 ${master}` }),
        ...(tls && tlsSettings(tls, tlsPort)),
      },
    });
    places.push({ process: server, proxy });
  }
  const watchers: Place[] = [];
  for (let number = 0; number < options.sentinels; number += 1) {
    watchers.push(await sentinelOf(places[0]!.proxy.port, join(directory, `sentinel-${number}`), options));
  }
  const all = new StartedSentinels(places, watchers, tls === undefined ? 'redis' : 'rediss');
  try {
    await Promise.all(places.map(({ process }) => process.start()));
    // A Sentinel asks who follows the master when it comes, and then only every ten seconds.
    await eventually(() => all.isFollowed(), WITHIN);
    await Promise.all(watchers.map(({ process }) => process.start()));
    await all.untilWhole();
  } catch (error) {
    await all.stop();
    throw error;
  }
  return all;
}

async function sentinelOf(master: number, directory: string, options: RedisSentinelsOptions): Promise<Place> {
  const { tls } = options;
  const [port, tlsPort] = [await freePort(0), await freePort(0)];
  const proxy = await PartyProxy.open(tls === undefined ? port : tlsPort);
  await mkdir(directory, { recursive: true });
  // Sentinels write what they learn into their file.
  const file = join(directory, 'sentinel.conf');
  await writeFile(
    file,
    [
      'sentinel announce-ip 127.0.0.1',
      `sentinel announce-port ${proxy.port}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${master} ${Math.floor(options.sentinels / 2) + 1}`,
      `sentinel down-after-milliseconds ${MASTER} ${options.downAfter}`,
      `sentinel failover-timeout ${MASTER} ${options.downAfter * 3}`,
      '',
    ].join('\n'),
  );
  const settings = tls === undefined ? {} : tlsSettings(tls, tlsPort);
  return { process: redisProcess({ directory, port, file, settings, isSentinel: true }), proxy };
}

interface Place {
  readonly process: RedisProcess;
  readonly proxy: PartyProxy;
}

class StartedSentinels implements RedisSentinels {
  readonly url: string;
  readonly servers: readonly RedisProcess[];
  readonly sentinels: readonly RedisProcess[];

  constructor(
    private readonly places: readonly Place[],
    private readonly watchers: readonly Place[],
    scheme: 'redis' | 'rediss',
  ) {
    this.url = `${scheme}-sentinel://${watchers.map(({ proxy }) => `127.0.0.1:${proxy.port}`).join(',')}/${MASTER}`;
    this.servers = places.map(({ process }) => process);
    this.sentinels = watchers.map(({ process }) => process);
  }

  async master(): Promise<RedisProcess> {
    const named = await Promise.all(
      this.sentinels.map((sentinel) => sentinel.ask(`SENTINEL GET-MASTER-ADDR-BY-NAME ${MASTER}`)),
    );
    const most = named.toSorted((a, b) => countOf(named, b) - countOf(named, a))[0]!;
    const port = Number(most.split('\n')[1]);
    return this.places.find(({ proxy }) => proxy.port === port)!.process;
  }

  partition(server: RedisProcess): void {
    for (const { process, proxy } of this.places) proxy.cut(process === server ? 'servers' : 'clients');
    for (const { proxy } of this.watchers) proxy.cut('clients');
  }

  heal(): void {
    for (const { proxy } of [...this.places, ...this.watchers]) proxy.heal();
  }

  /** One server leads and all others follow it. */
  async isFollowed(): Promise<boolean> {
    const roles = await Promise.all(this.servers.map((server) => server.ask('INFO replication')));
    return roles.filter((role) => role.includes('master_link_status:up')).length === this.servers.length - 1;
  }

  async untilWhole(): Promise<void> {
    const known = `slaves=${this.servers.length - 1},sentinels=${this.sentinels.length}`;
    await eventually(async () => {
      const told = await Promise.all(this.sentinels.map((sentinel) => sentinel.ask('INFO sentinel')));
      return (await this.isFollowed()) && told.every((info) => info.includes('status=ok') && info.includes(known));
    }, WITHIN);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.places, ...this.watchers].map(({ process }) => process.kill()));
    for (const { proxy } of [...this.places, ...this.watchers]) proxy.close();
  }
}

function countOf(list: readonly string[], value: string): number {
  return list.filter((each) => each === value).length;
}
