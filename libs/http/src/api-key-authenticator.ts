import { createHash, timingSafeEqual } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { AllowedNetworks } from './allowed-networks.js';
import { looksOf } from './api-key-format.js';
import { findActiveKey } from './api-keys.queries.js';
import type { AuthenticatedRequest, Authenticator } from './authenticator.js';
import type { AppPrincipal, Principal } from './principal.js';
import { problems } from './problems.js';

/** A found key is believed this long, in milliseconds; a revoked one works no longer than that. */
const BELIEVED_FOR = 1_000;
/** More keys than this in one second: start over. Keeps the memory of a key-guessing visitor's wake bounded. */
const MAX_BELIEVED = 10_000;

const BEARER = /^Bearer +(\S+)$/i;

const OPERATOR: Principal = { kind: 'operator' };

/** Whose key was used from where it may not be. */
export interface RefusedAddress {
  readonly appId: Uuid;
  readonly keyId: Uuid;
  /** undefined: it was not told. */
  readonly address: string | undefined;
}

export interface ApiKeyAuthenticatorOptions {
  readonly operatorToken: string | undefined;
  /** Awaited before such a request is answered. */
  readonly onRefusedAddress?: (refused: RefusedAddress) => Promise<void>;
  readonly now?: () => number;
}

interface KnownKey {
  readonly principal: AppPrincipal;
  /** Absent: it may be used from anywhere. */
  readonly networks?: AllowedNetworks;
}

interface Believed {
  readonly until: number;
  readonly key: Promise<KnownKey>;
  /** Once it was found. */
  known?: KnownKey;
}

/** What is kept of an API key: SHA-256 of the whole key. A key is 256 random bits, so a plain hash is enough. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * Knows the operator token and the API keys in `api_key`. A key that was found is not looked up again for one second,
 * and requests that arrive meanwhile share one lookup; whether it may be used from there is asked each time.
 */
export class ApiKeyAuthenticator implements Authenticator {
  private readonly believed = new Map<string, Believed>();
  private readonly operatorHash: Buffer | undefined;
  private readonly now: () => number;

  constructor(
    private readonly sql: Sql,
    private readonly options: ApiKeyAuthenticatorOptions,
  ) {
    const { operatorToken, now } = options;
    this.operatorHash = operatorToken === undefined ? undefined : hashApiKey(operatorToken);
    this.now = now ?? (() => performance.now());
  }

  recall(authorizationHeader: string | undefined): Principal | undefined {
    const believed = authorizationHeader === undefined ? undefined : this.believed.get(authorizationHeader);
    if (believed?.known === undefined || believed.until <= this.now()) return undefined;
    return believed.known.networks === undefined ? believed.known.principal : undefined;
  }

  async verify(authorizationHeader: string | undefined, request?: AuthenticatedRequest): Promise<Principal> {
    if (authorizationHeader === undefined)
      throw problems.unauthenticated('Send an API key: Authorization: Bearer sbk_...');
    const known = this.believed.get(authorizationHeader);
    if (known !== undefined && known.until > this.now()) return this.admit(await known.key, request);
    const token = BEARER.exec(authorizationHeader)?.[1];
    if (token !== undefined && token.startsWith('sbo_') && this.isOperator(token)) return OPERATOR;
    return this.admit(await this.find(authorizationHeader, token ?? ''), request);
  }

  private find(header: string, token: string): Promise<KnownKey> {
    switch (looksOf(token)) {
      case 'no key':
        throw problems.unauthenticated('The Authorization header holds no API key: Bearer sbk_... or sbp_...');
      case 'mistyped':
        throw problems.unauthenticated(
          'The API key is mistyped or cut off: its last six characters, a checksum, do not fit. Copy the whole key again.',
        );
      case 'key':
        return this.believe(header, this.lookUp(token));
    }
  }

  private believe(header: string, key: Promise<KnownKey>): Promise<KnownKey> {
    if (this.believed.size >= MAX_BELIEVED) this.believed.clear();
    const believed: Believed = { until: this.now() + BELIEVED_FOR, key };
    this.believed.set(header, believed);
    key.then(
      (known) => (believed.known = known),
      () => {
        if (this.believed.get(header) === believed) this.believed.delete(header);
      },
    );
    return key;
  }

  /** Hashes first, so that the comparison takes the same time whatever the token's length and content. */
  private isOperator(token: string): boolean {
    return this.operatorHash !== undefined && timingSafeEqual(hashApiKey(token), this.operatorHash);
  }

  private async admit({ principal, networks }: KnownKey, request: AuthenticatedRequest | undefined) {
    const address = request?.address;
    if (networks === undefined || (address !== undefined && networks.has(address))) return principal;
    const { appId, keyId } = principal;
    await this.options.onRefusedAddress?.({ appId, keyId, address });
    throw problems.forbidden(
      'address_not_allowed',
      `This API key may not be used from ${address ?? 'an unknown address'}: it is in none of the key's allowedCidrs.`,
    );
  }

  private async lookUp(key: string): Promise<KnownKey> {
    const row = await findActiveKey(this.sql, hashApiKey(key)).catch((error: unknown) => {
      throw problems.unavailable('The API key could not be checked just now; nothing was done. Try again.', 1, error);
    });
    if (row === undefined) throw problems.unauthenticated('No such API key, or it was revoked or has expired.');
    const principal: AppPrincipal = {
      kind: 'app',
      appId: row.app_id,
      mode: row.mode,
      keyId: row.id,
      keyKind: row.kind,
      scopes: new Set(row.scopes),
      ...(row.user_token_secret === null ? {} : { userTokenSecret: row.user_token_secret }),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    };
    return row.allowed_cidrs.length === 0
      ? { principal }
      : { principal, networks: new AllowedNetworks(row.allowed_cidrs) };
  }
}
