import { parseRedisUrl, type RedisAddress } from '@signalbox/config';
import {
  Cluster,
  type ClusterOptions as IoredisClusterOptions,
  Redis,
  type RedisOptions as IoredisOptions,
} from 'ioredis';
import { tlsOptions } from './tls-options.js';

export type RedisConnection = Redis | Cluster;
/** Of one connection, without what makes ioredis answer in other types. */
export type RedisOptions = Omit<IoredisOptions, 'replyMapping'>;
type NodeOptions = Omit<NonNullable<IoredisClusterOptions['redisOptions']>, 'replyMapping'>;
type ClusterOptions = Omit<IoredisClusterOptions, 'redisOptions'> & { readonly redisOptions: NodeOptions };

/** How a connection behaves when Redis does not; all times in milliseconds. */
export interface RedisManners {
  /** The wait before it is made again, by how often that was tried; null gives it up. */
  readonly retry: (times: number) => number | null;
  /** How often a command is sent again over a new connection; null: until it is answered. */
  readonly maxRetriesPerRequest: number | null;
  /** Without any answer for so long, it is left: a host that is gone does not close it. */
  readonly socketTimeout: number;
  readonly connectTimeout?: number;
  readonly commandTimeout?: number;
  /** Keeps commands while there is no connection; true unless told. */
  readonly enableOfflineQueue?: boolean;
  /** Sends again what was under way when the connection broke; true unless told. */
  readonly autoResendUnfulfilledCommands?: boolean;
}

/**
 * How often a cluster is asked who has which slots. Otherwise it is learnt from errors alone, and a master that is gone without a word
 * makes none: who waits for a job there would wait on.
 */
const SLOTS_ASKED_EVERY_MS = 5_000;
/** Of the Sentinels, so many tell each connection of a failover: one of them may be gone with the master's host. */
const SENTINELS_LISTENED_TO = 2;
const SENTINEL_PATIENCE_MS = 2_000;
const SENTINEL_AGAIN_MS = 5_000;

/** Connects, and keeps coming back for as long as its manners say. Whoever opens it listens to `error`. */
export function openRedis(url: string, manners: RedisManners): RedisConnection {
  const address = parseRedisUrl(url);
  if (address.kind !== 'cluster') return new Redis(redisOptions(url, manners));
  return new Cluster([...address.hosts], clusterOptions(address, manners));
}

/** The same connection as options, for whoever makes it himself. @throws RangeError for a cluster, which is more than one connection. */
export function redisOptions(url: string, manners: RedisManners): RedisOptions {
  const address = parseRedisUrl(url);
  if (address.kind === 'cluster') throw new RangeError('a cluster is not reached over one connection');
  const options: RedisOptions = {
    ...nodeOptions(address, manners),
    db: address.database,
    retryStrategy: manners.retry,
    enableOfflineQueue: manners.enableOfflineQueue ?? true,
  };
  return { ...options, ...(address.kind === 'sentinel' ? sentinelOptions(address, manners) : address.hosts[0]) };
}

function nodeOptions(address: RedisAddress, manners: RedisManners): NodeOptions {
  const { maxRetriesPerRequest, socketTimeout, connectTimeout, commandTimeout, autoResendUnfulfilledCommands } =
    manners;
  return {
    username: address.username,
    password: address.password,
    maxRetriesPerRequest,
    socketTimeout,
    connectTimeout,
    commandTimeout,
    autoResendUnfulfilledCommands: autoResendUnfulfilledCommands ?? true,
    reconnectOnError: reconnectAfterDemotion,
    ...(address.tls && { tls: tlsOptions(address.tls) }),
  };
}

function sentinelOptions({ hosts, master, tls, ...address }: RedisAddress, manners: RedisManners): RedisOptions {
  return {
    sentinels: [...hosts],
    name: master,
    sentinelUsername: address.sentinelUsername,
    sentinelPassword: address.sentinelPassword,
    sentinelCommandTimeout: SENTINEL_PATIENCE_MS,
    sentinelRetryStrategy: manners.retry,
    sentinelReconnectStrategy: () => SENTINEL_AGAIN_MS,
    // A connection to the master that was waits where nobody answers any more.
    failoverDetector: true,
    sentinelMaxConnections: SENTINELS_LISTENED_TO,
    ...(tls && { sentinelTLS: tlsOptions(tls), enableTLSForSentinelMode: true }),
  };
}

function clusterOptions(address: RedisAddress, manners: RedisManners): ClusterOptions {
  return {
    redisOptions: nodeOptions(address, manners),
    enableOfflineQueue: manners.enableOfflineQueue ?? true,
    clusterRetryStrategy: manners.retry,
    // It would take a cluster with a hole for none at all: who is connected uses what is left, and asks by itself whether it is whole.
    enableReadyCheck: false,
    slotsRefreshInterval: SLOTS_ASKED_EVERY_MS,
    // A certificate is for the name; the address that it leads to today would not do.
    dnsLookup: (name, tell) => tell(null, name),
  };
}

/** A master that became a replica takes no writes. Who asks again is told who the master is now. */
function reconnectAfterDemotion({ message }: Error): boolean {
  return message.includes('READONLY') || message.startsWith('UNBLOCKED');
}
