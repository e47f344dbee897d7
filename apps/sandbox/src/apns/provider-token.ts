import { compactVerify, decodeProtectedHeader } from 'jose';
import type { ProviderKeys } from '../identity/provider-keys.js';

/** Apple: a provider token is valid for an hour, counted from `iat`. */
const LIFETIME_SECONDS = 3600;
/** How far ahead of us the sender's clock may run. Apple documents no figure. */
const CLOCK_SKEW_SECONDS = 300;
/** Verified tokens remembered. A sender has one or two; the bound is for a client that makes one per request. */
const CACHE_BOUND = 1000;

export type ProviderTokenVerdict =
  | { readonly valid: true; readonly teamId: string; readonly keyId: string }
  | {
      readonly valid: false;
      readonly reason:
        'MissingProviderToken' | 'InvalidProviderToken' | 'ExpiredProviderToken' | 'TooManyProviderTokenUpdates';
    };

interface SignedToken {
  readonly teamId: string;
  readonly keyId: string;
  readonly issuedAt: number;
}

const INVALID: ProviderTokenVerdict = { valid: false, reason: 'InvalidProviderToken' };

/**
 * Judges the JWT of a request as Apple does: ES256, `kid`, `iss` and `iat`, at most an hour old
 * (https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns).
 * A signature is verified once per token, not once per request.
 */
export class ProviderTokens {
  private readonly signed = new Map<string, Promise<SignedToken | undefined>>();
  private readonly inUse = new Map<string, { token: string; since: number }>();
  private readonly accepted = new Map<string, Set<string>>();
  private revision: number;

  constructor(private readonly keys: ProviderKeys) {
    this.revision = keys.revision;
  }

  /** `updateIntervalSeconds`: how often a key's token may change; 0 allows any pace. */
  async judge(
    authorization: string | undefined,
    updateIntervalSeconds: number,
    now = Date.now(),
  ): Promise<ProviderTokenVerdict> {
    const token = authorization === undefined ? undefined : bearerToken(authorization);
    if (token === undefined) return { valid: false, reason: 'MissingProviderToken' };
    const signed = await this.signature(token);
    if (!signed) return INVALID;
    const age = now / 1000 - signed.issuedAt;
    if (age > LIFETIME_SECONDS) return { valid: false, reason: 'ExpiredProviderToken' };
    if (age < -CLOCK_SKEW_SECONDS) return INVALID;
    if (updateIntervalSeconds > 0 && !this.mayUse(token, signed.keyId, updateIntervalSeconds, now)) {
      return { valid: false, reason: 'TooManyProviderTokenUpdates' };
    }
    this.count(signed.keyId, token);
    return { valid: true, teamId: signed.teamId, keyId: signed.keyId };
  }

  /** How many different tokens of each key were accepted. */
  distinct(): Record<string, number> {
    return Object.fromEntries([...this.accepted].map(([keyId, tokens]) => [keyId, tokens.size]));
  }

  forgetDistinct(): void {
    this.accepted.clear();
  }

  private count(keyId: string, token: string): void {
    const tokens = this.accepted.get(keyId) ?? new Set();
    this.accepted.set(keyId, tokens);
    if (tokens.size < CACHE_BOUND) tokens.add(token);
  }

  private signature(token: string): Promise<SignedToken | undefined> {
    if (this.revision !== this.keys.revision) {
      this.signed.clear();
      this.revision = this.keys.revision;
    }
    let signed = this.signed.get(token);
    if (!signed) {
      if (this.signed.size >= CACHE_BOUND) this.signed.clear();
      signed = verify(token, this.keys);
      this.signed.set(token, signed);
    }
    return signed;
  }

  private mayUse(token: string, keyId: string, intervalSeconds: number, now: number): boolean {
    const current = this.inUse.get(keyId);
    if (current?.token === token) return true;
    if (current && now - current.since < intervalSeconds * 1000) return false;
    this.inUse.set(keyId, { token, since: now });
    return true;
  }
}

function bearerToken(authorization: string): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1];
}

async function verify(token: string, keys: ProviderKeys): Promise<SignedToken | undefined> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = kid === undefined ? undefined : keys.find(kid);
    if (kid === undefined || !key) return undefined;
    // Not jwtVerify: Apple looks at `iat` only, a token's own `exp` and `nbf` mean nothing to it.
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: ['ES256'] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof claims !== 'object' || claims === null || !('iss' in claims) || !('iat' in claims)) return undefined;
    if (claims.iss !== key.teamId || typeof claims.iat !== 'number') return undefined;
    return { teamId: key.teamId, keyId: kid, issuedAt: claims.iat };
  } catch {
    // Whatever is wrong with a token, Apple has one word for it.
    return undefined;
  }
}
