import { createHash, timingSafeEqual } from 'node:crypto';
import type { Sql } from '@signalbox/database';
import { findActiveKey } from './api-keys.queries.js';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import { problems } from './problems.js';

/** A found key is believed this long, in milliseconds; a revoked one works no longer than that. */
const BELIEVED_FOR = 1_000;
/** More keys than this in one second: start over. Keeps the memory of a key-guessing visitor's wake bounded. */
const MAX_BELIEVED = 10_000;

const BEARER = /^Bearer +(\S+)$/i;
const API_KEY = /^sb[kp]_(?:live|test)_[\w-]{16,128}$/;

const OPERATOR: Principal = { kind: 'operator' };

/** What is kept of an API key: SHA-256 of the whole key. A key is 256 random bits, so a plain hash is enough. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * Knows the operator token and the API keys in `api_key`. A key that was found is not looked up again for one second,
 * and requests that arrive meanwhile share one lookup.
 */
export class ApiKeyAuthenticator implements Authenticator {
  private readonly believed = new Map<string, { readonly until: number; readonly principal: Promise<Principal> }>();
  private readonly operatorHash: Buffer | undefined;
  private readonly now: () => number;

  constructor(
    private readonly sql: Sql,
    options: { readonly operatorToken: string | undefined; readonly now?: () => number },
  ) {
    this.operatorHash = options.operatorToken === undefined ? undefined : hashApiKey(options.operatorToken);
    this.now = options.now ?? (() => performance.now());
  }

  async verify(authorizationHeader: string | undefined): Promise<Principal> {
    if (authorizationHeader === undefined)
      throw problems.unauthenticated('Send an API key: Authorization: Bearer sbk_...');
    const known = this.believed.get(authorizationHeader);
    if (known !== undefined && known.until > this.now()) return known.principal;
    return this.find(authorizationHeader);
  }

  private find(header: string): Promise<Principal> {
    const token = BEARER.exec(header)?.[1];
    if (token !== undefined && token.startsWith('sbo_') && this.isOperator(token)) return Promise.resolve(OPERATOR);
    if (token === undefined || !API_KEY.test(token)) {
      return Promise.reject(
        problems.unauthenticated('The Authorization header holds no API key: Bearer sbk_... or sbp_...'),
      );
    }
    const principal = this.lookUp(token);
    if (this.believed.size >= MAX_BELIEVED) this.believed.clear();
    this.believed.set(header, { until: this.now() + BELIEVED_FOR, principal });
    principal.catch(() => {
      if (this.believed.get(header)?.principal === principal) this.believed.delete(header);
    });
    return principal;
  }

  /** Hashes first, so that the comparison takes the same time whatever the token's length and content. */
  private isOperator(token: string): boolean {
    return this.operatorHash !== undefined && timingSafeEqual(hashApiKey(token), this.operatorHash);
  }

  private async lookUp(key: string): Promise<Principal> {
    const row = await findActiveKey(this.sql, hashApiKey(key)).catch((error: unknown) => {
      throw problems.unavailable('The API key could not be checked just now; nothing was done. Try again.', 1, error);
    });
    if (row === undefined) throw problems.unauthenticated('No such API key, or it was revoked or has expired.');
    return {
      kind: 'app',
      appId: row.app_id,
      mode: row.mode,
      keyId: row.id,
      keyKind: row.kind,
      scopes: new Set(row.scopes),
      ...(row.user_token_secret === null ? {} : { userTokenSecret: row.user_token_secret }),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    };
  }
}
