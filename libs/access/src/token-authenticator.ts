import {
  type AppPrincipal,
  type AuthenticatedRequest,
  type Authenticator,
  type Principal,
  type Problem,
  problems,
  type Scheme,
  type UserPrincipal,
} from '@signalbox/http';
import { inTime } from '@signalbox/resilience';
import type { DpopProofs } from './dpop/dpop-proofs.js';
import { verifyForeignToken } from './issuers/foreign-token.js';
import type { KnownIssuers } from './issuers/known-issuers.js';
import type { Revocable } from './revocations/revocation.js';
import type { RevocationFeed } from './revocations/revocation-feed.js';
import { KeysAway } from './tokens/key-set.js';
import { readUnverified } from './tokens/read-token.js';
import type { TokenCache } from './tokens/token-cache.js';
import { TokenRefused } from './tokens/token-refused.js';
import { type OurTokens, verifyOurToken } from './tokens/token-verifier.js';
import { SKEW, type VerifiedToken } from './tokens/verified-token.js';

/** An access token and how it was sent. API keys have no dots. */
const ACCESS_TOKEN = /^(Bearer|DPoP) +([\w-]+\.[\w-]+\.[\w-]+)$/i;
/** Requests that change nothing; everything else is a write. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Milliseconds that a look into the database may take when the feed is silent. */
const DIRECT_CHECK = 2_000;

export interface TokenAuthenticatorOptions {
  /** Knows API keys: whoever does not send an access token is its caller. */
  readonly keys: Authenticator;
  /** Absent: tokens of our own issuer are not taken. */
  readonly ours?: { readonly tokens: OurTokens; readonly feed: RevocationFeed } | undefined;
  readonly issuers: KnownIssuers;
  readonly proofs: DpopProofs;
  /** Cleared by whoever knows that issuers changed. */
  readonly verified: TokenCache<VerifiedToken>;
}

/**
 * Knows access tokens, and leaves API keys to another. A token that comes again costs a hash and a look into two maps; that it was
 * revoked is known without asking anybody, unless the feed is silent: then reads go on, and writes are looked up.
 */
export class TokenAuthenticator implements Authenticator {
  constructor(private readonly options: TokenAuthenticatorOptions) {}

  /** API keys alone: what a token may do can change from one request to the next. */
  recall(authorizationHeader: string | undefined): Principal | undefined {
    return this.options.keys.recall?.(authorizationHeader);
  }

  async verify(authorizationHeader: string | undefined, request?: AuthenticatedRequest): Promise<Principal> {
    const [, scheme, token] = ACCESS_TOKEN.exec(authorizationHeader ?? '') ?? [];
    if (token === undefined) return this.options.keys.verify(authorizationHeader, request);
    return this.verifyToken(token, /^dpop$/i.test(scheme!) ? 'DPoP' : 'Bearer', request);
  }

  /**
   * Who a token speaks of, wherever it was sent.
   *
   * @throws Problem 401 `invalid_token` or `invalid_dpop_proof`, 503 when that cannot be told.
   */
  async verifyToken(
    token: string,
    scheme: Scheme,
    request: AuthenticatedRequest | undefined,
  ): Promise<AppPrincipal | UserPrincipal> {
    try {
      const verified = await this.verifiedToken(token);
      await this.refuseUnbound(verified, token, scheme, request);
      if (verified.revocable !== undefined) await this.refuseRevoked(verified.revocable, request);
      return verified.principal;
    } catch (error) {
      throw problemOf(error, scheme);
    }
  }

  private async verifiedToken(token: string): Promise<VerifiedToken> {
    const { verified, issuers } = this.options;
    const known = verified.get(token);
    if (known === undefined) return this.verifyFirst(token);
    if (known.expiresAt + SKEW <= Date.now() / 1_000) {
      verified.delete(token);
      throw new TokenRefused('It has expired.');
    }
    const { generation } = verified;
    // Of another issuer: is it trusted still?
    if (known.revocable === undefined) await issuers.refresh();
    // Where only tokens come that are known, nobody else notices that a key is gone.
    await known.keys.refresh();
    const isGood = generation === verified.generation && known.generation === known.keys.generation;
    return isGood ? known : this.verifyFirst(token);
  }

  private async verifyFirst(token: string): Promise<VerifiedToken> {
    const { ours, issuers, verified } = this.options;
    const said = readUnverified(token);
    const isOurs = ours !== undefined && said.payload.iss === ours.tokens.issuer;
    if (!isOurs) await issuers.refresh();
    for (;;) {
      const { generation } = verified;
      const fresh = isOurs ? await verifyOurToken(token, ours.tokens) : await verifyForeignToken(token, said, issuers);
      // Issuers changed while this one's keys were on their way, or its key is gone: it may be trusted no longer.
      if (fresh.generation === fresh.keys.generation && verified.keep(token, fresh, generation)) return fresh;
    }
  }

  private async refuseUnbound(
    { jkt }: VerifiedToken,
    token: string,
    scheme: Scheme,
    request: AuthenticatedRequest | undefined,
  ): Promise<void> {
    if (jkt === undefined) {
      if (scheme === 'DPoP') throw new TokenRefused('It is bound to no key: send it as Bearer.');
      return;
    }
    if (scheme !== 'DPoP') throw new TokenRefused('It is bound to a key: send it as DPoP, with a proof.');
    await this.options.proofs.check(request, token, jkt);
  }

  private async refuseRevoked(token: Revocable, request: AuthenticatedRequest | undefined): Promise<void> {
    const { feed } = this.options.ours!;
    const isRead = request !== undefined && READS.has(request.method);
    const revoked =
      feed.isRevoked(token) || (!feed.isFresh() && !isRead && (await this.isRevokedInDatabase(feed, token)));
    if (revoked) throw new TokenRefused('It was revoked.');
  }

  private async isRevokedInDatabase(feed: RevocationFeed, token: Revocable): Promise<boolean> {
    const answer = await inTime<boolean | undefined>(feed.isRevokedNow(token), DIRECT_CHECK, undefined).catch(
      (error: unknown) => {
        throw notNow(error);
      },
    );
    if (answer === undefined) throw notNow(undefined);
    return answer;
  }
}

function problemOf(error: unknown, scheme: Scheme): unknown {
  if (error instanceof TokenRefused) {
    return problems.invalidToken(`The access token was refused. ${error.message}`, scheme, error.code);
  }
  if (error instanceof KeysAway) return notNow(error);
  return error;
}

function notNow(cause: unknown): Problem {
  return problems.unavailable('The access token could not be checked just now; nothing was done. Try again.', 1, cause);
}
