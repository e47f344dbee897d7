import { listen, type Listener, type Sql } from '@signalbox/database';
import { ApiKeyAuthenticator } from '@signalbox/http';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import { DpopProofs } from './dpop/dpop-proofs.js';
import { KnownIssuers } from './issuers/known-issuers.js';
import { RevocationFeed } from './revocations/revocation-feed.js';
import { RevocationStream } from './stream/revocation-stream.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { fetchOurKeys } from './tokens/fetch-our-keys.js';
import { KeySet } from './tokens/key-set.js';
import { TokenCache } from './tokens/token-cache.js';
import type { VerifiedToken } from './tokens/verified-token.js';

/** Tokens that are remembered, at some 2 KB each. */
const REMEMBERED = 20_000;

export interface AccessOptions {
  /** Of the service, for names of connections. */
  readonly name: string;
  readonly sql: Sql;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly queuePrefix: string;
  readonly operatorToken: string | undefined;
  /** Of our access tokens; absent: none are taken. */
  readonly issuer: string | undefined;
  /** Where its keys are; `/oauth/jwks` below it unless told. */
  readonly jwksUrl: string | undefined;
  readonly audience: string;
  /** Where callers reach this service; proofs of possession are made for it. */
  readonly publicUrl: string;
  readonly allowPrivate: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What a service needs to know its callers. */
export interface Access {
  readonly authenticator: TokenAuthenticator;
  close(): Promise<void>;
}

/** Resolves when all revocations are known, or the database did not answer: then writes are looked up until it does. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { sql, operatorToken, issuer, jwksUrl, audience, publicUrl, allowPrivate } = options;
  const verified = new TokenCache<VerifiedToken>(REMEMBERED);
  const known = {
    keys: new ApiKeyAuthenticator(sql, { operatorToken }),
    issuers: new KnownIssuers({ sql, allowPrivate, onChange: () => verified.clear() }),
    proofs: new DpopProofs(publicUrl),
    verified,
  };
  if (issuer === undefined) return { authenticator: new TokenAuthenticator(known), close: async () => undefined };
  const keys = new KeySet(() => fetchOurKeys(jwksUrl ?? `${issuer.replace(/\/$/, '')}/oauth/jwks`));
  const { feed, stop } = await startFeed(options);
  return {
    authenticator: new TokenAuthenticator({ ...known, ours: { tokens: { issuer, audience, keys }, feed } }),
    close: stop,
  };
}

async function startFeed(options: AccessOptions): Promise<{ feed: RevocationFeed; stop: () => Promise<void> }> {
  const { sql, redisUrl, queuePrefix: prefix, logger, metrics } = options;
  const feed = new RevocationFeed({ sql, hasStream: redisUrl !== undefined, logger, metrics });
  await feed.start();
  const news =
    redisUrl === undefined ? listenFor(feed, options) : new RevocationStream({ feed, redisUrl, prefix, logger });
  if (news instanceof RevocationStream) news.start();
  return {
    feed,
    async stop() {
      await (news instanceof RevocationStream ? news.stop() : news.close());
      await feed.stop();
    },
  };
}

function listenFor(feed: RevocationFeed, { name, databaseUrl, logger }: AccessOptions): Listener {
  return listen({
    url: databaseUrl,
    name: `signalbox-${name}-revocations`,
    channel: 'signalbox_revocations',
    onNotice: () => void feed.readOn(),
    onListening: () => void feed.catchUp(),
    onTrouble: atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn({ err: error, keptBack }, 'notices of revocations do not come; asking each second'),
    ),
  });
}
