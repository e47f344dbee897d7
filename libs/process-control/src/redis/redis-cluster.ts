import { join } from 'node:path';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually } from '../eventually.js';
import { type RedisProcess, redisProcess } from './redis-process.js';
import { dataSettings } from './redis-server.js';

export interface RedisClusterOptions {
  /** Its nodes have a folder each in it. */
  readonly directory: string;
  readonly masters: number;
  /** Of each master. */
  readonly replicas: number;
  /** Milliseconds of silence after which a node counts as gone. */
  readonly nodeTimeout: number;
}

/** A Redis Cluster of our own on 127.0.0.1. */
export interface RedisClusterServer {
  readonly url: string;
  readonly nodes: readonly RedisProcess[];
  /** Who has the slot of this key now, as a node that lives sees it. */
  masterOf(key: string): Promise<RedisProcess>;
  /** Who follows this master. */
  replicasOf(master: RedisProcess): Promise<RedisProcess[]>;
  /** Resolves when every slot has a master and every master as many replicas as at first. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const WITHIN = { within: 30_000, every: 50 } as const;

/** Starts it and resolves when it is whole. @throws Error where there is no `redis-server`: see canStartRedis. */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RedisClusterServer> {
  const { directory, masters, replicas } = options;
  const nodes: RedisProcess[] = [];
  const bus = new Map<RedisProcess, number>();
  for (let number = 0; number < masters * (1 + replicas); number += 1) {
    const [port, busPort] = [await freePort(0), await freePort(0)];
    const folder = join(directory, `node-${number}`);
    const node = redisProcess({ directory: folder, port, settings: nodeSettings(folder, busPort, options) });
    nodes.push(node);
    bus.set(node, busPort);
  }
  const cluster = new StartedCluster(nodes, masters, replicas);
  try {
    await Promise.all(nodes.map((node) => node.start()));
    await joinNodes(nodes, bus, options);
    await cluster.untilWhole();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

function nodeSettings(
  folder: string,
  busPort: number,
  { nodeTimeout }: RedisClusterOptions,
): Record<string, string | number> {
  const { databases: _, ...settings } = dataSettings(folder, false);
  return {
    ...settings,
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-node-timeout': nodeTimeout,
    // However long it had not heard of its master: in a test nobody else could take over.
    'cluster-replica-validity-factor': 0,
    'cluster-require-full-coverage': 'no',
    'repl-diskless-sync-delay': 0,
  };
}

async function joinNodes(
  nodes: readonly RedisProcess[],
  bus: ReadonlyMap<RedisProcess, number>,
  { masters, replicas }: RedisClusterOptions,
): Promise<void> {
  const [first, ...others] = nodes as [RedisProcess, ...RedisProcess[]];
  const share = Math.ceil(SLOTS / masters);
  await Promise.all(
    nodes.slice(0, masters).map(async (node, place) => {
      await node.ask(`CLUSTER ADDSLOTSRANGE ${place * share} ${Math.min(SLOTS, (place + 1) * share) - 1}`);
      await node.ask(`CLUSTER SET-CONFIG-EPOCH ${place + 1}`);
    }),
  );
  for (const node of others) await first.ask(`CLUSTER MEET 127.0.0.1 ${node.port} ${bus.get(node)}`);
  await eventually(async () => {
    const known = await Promise.all(nodes.map(async (node) => (await nodesSeenBy(node)).length));
    return known.every((count) => count === nodes.length);
  }, WITHIN);
  const ids = await Promise.all(nodes.slice(0, masters).map((node) => node.ask('CLUSTER MYID')));
  const followers = nodes.slice(masters);
  await Promise.all(followers.map((node, place) => node.ask(`CLUSTER REPLICATE ${ids[Math.floor(place / replicas)]}`)));
}

class StartedCluster implements RedisClusterServer {
  readonly url: string;

  constructor(
    readonly nodes: readonly RedisProcess[],
    private readonly masters: number,
    private readonly replicas: number,
  ) {
    this.url = `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async masterOf(key: string): Promise<RedisProcess> {
    const seen = await this.look();
    const slot = Number(await seen.by.ask(`CLUSTER KEYSLOT ${key}`));
    const line = seen.nodes.find(
      ({ isMaster, slots }) => isMaster && slots.some(([from, to]) => from <= slot && slot <= to),
    );
    return this.byPort(line!.port);
  }

  async replicasOf(master: RedisProcess): Promise<RedisProcess[]> {
    const { nodes } = await this.look();
    const id = nodes.find(({ port }) => port === master.port)?.id;
    return nodes.filter(({ follows }) => follows === id).map(({ port }) => this.byPort(port));
  }

  async untilWhole(): Promise<void> {
    await eventually(async () => {
      for (const node of this.nodes) {
        const info = await node.ask('CLUSTER INFO');
        if (!info.includes('cluster_state:ok') || !info.includes(`cluster_slots_ok:${SLOTS}`)) return false;
      }
      const roles = await Promise.all(this.nodes.map((node) => node.ask('INFO replication')));
      const leading = roles.filter(
        (role) => role.includes('role:master') && role.includes(`connected_slaves:${this.replicas}`),
      );
      const following = roles.filter((role) => role.includes('master_link_status:up'));
      return leading.length === this.masters && following.length === this.masters * this.replicas;
    }, WITHIN);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
  }

  private byPort(port: number): RedisProcess {
    return this.nodes.find((node) => node.port === port)!;
  }

  /** What the first node that answers sees. */
  private async look(): Promise<{ readonly by: RedisProcess; readonly nodes: readonly SeenNode[] }> {
    return Promise.any(this.nodes.map(async (by) => ({ by, nodes: await nodesSeenBy(by) })));
  }
}

interface SeenNode {
  readonly id: string;
  readonly port: number;
  /** And not thought to be gone. */
  readonly isMaster: boolean;
  /** The id of its master; `-` for none. */
  readonly follows: string;
  readonly slots: readonly (readonly [from: number, to: number])[];
}

async function nodesSeenBy(node: RedisProcess): Promise<SeenNode[]> {
  const lines = (await node.ask('CLUSTER NODES')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [id = '', address = '', flags = '', follows = '', , , , , ...slots] = line.split(' ');
    return {
      id,
      port: Number(/:(\d+)/.exec(address)?.[1]),
      isMaster: flags.includes('master') && !flags.includes('fail'),
      follows,
      slots: slots.map((range) => {
        const [from = 0, to = from] = range.split('-').map(Number);
        return [from, to] as const;
      }),
    };
  });
}
