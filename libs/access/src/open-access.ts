import { listen, type Listener, type Sql } from '@signalbox/database';
import { ApiKeyAuthenticator, type LimitBook, RequestLimiter, type RequestLimits } from '@signalbox/http';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import type { JSONWebKeySet } from 'jose';
import { DpopProofs } from './dpop/dpop-proofs.js';
import { recordRefusedAddresses } from './keys/refused-addresses.js';
import { KnownIssuers } from './issuers/known-issuers.js';
import { AppLimitBook } from './limits/app-limit-book.js';
import { RedisBuckets } from './limits/redis-buckets.js';
import { RevocationFeed } from './revocations/revocation-feed.js';
import { RevocationStream } from './stream/revocation-stream.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { fetchOurKeys } from './tokens/fetch-our-keys.js';
import { KeySet, type KeySetOptions } from './tokens/key-set.js';
import { TokenCache } from './tokens/token-cache.js';
import type { VerifiedToken } from './tokens/verified-token.js';

/** Tokens that are remembered, at some 2 KB each. */
const REMEMBERED = 20_000;
const OUR_AUDIENCE = 'urn:signalbox:api';

/** The variables of a service that say who may call it, as its config.ts names them. */
export interface AccessVariables {
  readonly HOST: string;
  readonly PORT: number;
  readonly DATABASE_URL: string;
  readonly REDIS_URL?: string | undefined;
  readonly QUEUE_PREFIX: string;
  readonly OPERATOR_TOKEN?: string | undefined;
  /** Whose access tokens are ours; absent: none are taken. */
  readonly AUTH_ISSUER?: string | undefined;
  /** Where its keys are; `/oauth/jwks` below it unless told. */
  readonly AUTH_JWKS_URL?: string | undefined;
  readonly API_AUDIENCE?: string | undefined;
  /** Where callers reach the service; proofs of possession are made for it. */
  readonly PUBLIC_URL?: string | undefined;
  /** Lets apps in test mode trust issuers on this machine and its network. */
  readonly AUTH_ALLOW_PRIVATE?: boolean | undefined;
  /** What a key and a user may ask for, where that is not the usual. */
  readonly REQUEST_LIMITS?: Partial<RequestLimits> | 'off' | undefined;
}

export interface AccessOptions {
  /** Of the service, for the names of connections and of what its processes share. */
  readonly name: string;
  readonly config: AccessVariables;
  readonly sql: Sql;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** In the place of AUTH_JWKS_URL, for the service that has the keys itself. */
  readonly ownKeys?: () => JSONWebKeySet;
  /** The clock by which keys grow old, and how long a look at them is waited for, where that is not the usual. */
  readonly keySets?: KeySetOptions;
}

/** What a service needs to know its callers. */
export interface Access {
  readonly authenticator: TokenAuthenticator;
  /** Absent where limits are off. */
  readonly limiter: RequestLimiter | undefined;
  /** What operators set for apps. */
  readonly limits: LimitBook;
  close(): Promise<void>;
}

/** Resolves when all revocations are known, or the database did not answer: then writes are looked up until it does. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { sql, config } = options;
  const verified = new TokenCache<VerifiedToken>(REMEMBERED);
  const known = {
    keys: new ApiKeyAuthenticator(sql, {
      operatorToken: config.OPERATOR_TOKEN,
      onRefusedAddress: recordRefusedAddresses(options),
    }),
    issuers: new KnownIssuers({
      sql,
      allowPrivate: config.AUTH_ALLOW_PRIVATE ?? false,
      onChange: () => verified.clear(),
      ...options.keySets,
    }),
    proofs: new DpopProofs(config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`),
    verified,
  };
  const { limiter, limits, stop: stopLimits } = await startLimits(options);
  const issuer = config.AUTH_ISSUER;
  if (issuer === undefined) return { authenticator: new TokenAuthenticator(known), limiter, limits, close: stopLimits };
  const tokens = { issuer, audience: config.API_AUDIENCE ?? OUR_AUDIENCE, keys: keysOf(issuer, options) };
  const { feed, stop } = await startFeed(options);
  return {
    authenticator: new TokenAuthenticator({ ...known, ours: { tokens, feed } }),
    limiter,
    limits,
    close: async () => {
      await Promise.all([stop(), stopLimits()]);
    },
  };
}

async function startLimits({ name: service, sql, config, logger }: AccessOptions) {
  const { REQUEST_LIMITS: said, REDIS_URL: redisUrl, QUEUE_PREFIX: prefix } = config;
  const limits = new AppLimitBook(sql, logger);
  await limits.start();
  const isOff = said === 'off';
  const shared = isOff || redisUrl === undefined ? undefined : new RedisBuckets({ redisUrl, prefix, service, logger });
  return {
    limits,
    limiter: isOff ? undefined : new RequestLimiter({ limits: said, book: limits, shared }),
    stop: async () => {
      await Promise.all([limits.stop(), shared?.close()]);
    },
  };
}

function keysOf(issuer: string, { config, ownKeys, keySets }: AccessOptions): KeySet {
  if (ownKeys !== undefined) return new KeySet(async () => ownKeys(), keySets);
  return new KeySet(() => fetchOurKeys(config.AUTH_JWKS_URL ?? `${issuer.replace(/\/$/, '')}/oauth/jwks`), keySets);
}

async function startFeed(options: AccessOptions): Promise<{ feed: RevocationFeed; stop: () => Promise<void> }> {
  const { sql, config, logger, metrics } = options;
  const { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix } = config;
  const feed = new RevocationFeed({ sql, hasStream: redisUrl !== undefined, logger, metrics });
  await feed.start();
  const news =
    redisUrl === undefined ? listenFor(feed, options) : new RevocationStream({ feed, redisUrl, prefix, logger });
  return {
    feed,
    async stop() {
      await news.close();
      await feed.stop();
    },
  };
}

function listenFor(feed: RevocationFeed, { name, config, logger }: AccessOptions): Listener {
  return listen({
    url: config.DATABASE_URL,
    name: `signalbox-${name}-revocations`,
    channel: 'signalbox_revocations',
    onNotice: () => void feed.readOn(),
    onListening: () => void feed.catchUp(),
    onTrouble: atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn({ err: error, keptBack }, 'notices of revocations do not come; asking each second'),
    ),
  });
}
