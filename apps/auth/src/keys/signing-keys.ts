import type { Envelope, SealContext } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { type JWK, type JWTPayload, SignJWT } from 'jose';
import {
  DELETE_CURRENT,
  FORGET_RETIRED,
  INSERT_KEY,
  KEYS_IN_USE,
  LOCK_KEYS,
  PROMOTE_NEXT,
  PUBLISHED_KEYS,
  RETIRE_CURRENT,
} from './keys.queries.js';
import { makeSigningKey, openSigningKey, type SigningKey } from './signing-key.js';

/** Seconds that a retired key stays published: a day longer than any token that it signed. */
const PUBLISHED_AFTER_RETIREMENT = 24 * 3_600;
/** Seconds that a key must have been published before it signs, so that every verifier that caches has seen it. */
const PUBLISHED_BEFORE_USE = 3_600;

/** Keys belong to the installation, not to an app. */
const NO_APP = '00000000-0000-0000-0000-000000000000';
const PRIVATE_KEY: SealContext = { appId: NO_APP, table: 'oidc_signing_key', column: 'sealed' };

interface KeyRow {
  readonly kid: string;
  readonly public_jwk: JWK;
  readonly sealed: Buffer;
  readonly state: 'current' | 'next' | 'retired';
}

export interface KeyInUse {
  readonly kid: string;
  readonly state: 'current' | 'next';
  readonly current_since: Date | null;
  readonly created_at: Date;
}

/** Why keys were not changed. */
export type RotationRefused = 'next_is_too_young';

/**
 * The keys that sign our tokens. Two are published at any time, the one that signs and the one that will: a verifier that caches
 * the key set never meets a key that it has not seen.
 */
export class SigningKeys {
  private published: readonly SigningKey[] = [];

  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
  ) {}

  /** Makes what is missing and reads the published keys. @returns whether they are others than before. */
  async load(): Promise<boolean> {
    const { rows } = await this.database.query<KeyRow>(PUBLISHED_KEYS, [PUBLISHED_AFTER_RETIREMENT]);
    if (!rows.some(({ state }) => state === 'current') || !rows.some(({ state }) => state === 'next')) {
      await this.database.transaction((tx) => this.makeMissing(tx));
      return this.load();
    }
    const before = this.published.map(({ kid }) => kid).join();
    if (rows.map(({ kid }) => kid).join() === before) return false;
    this.published = rows.map(({ kid, public_jwk, sealed }) =>
      openSigningKey(kid, public_jwk, this.envelope.open(sealed, PRIVATE_KEY)),
    );
    return true;
  }

  /** The signing key first. */
  get all(): readonly SigningKey[] {
    return this.published;
  }

  get keySet(): { keys: JWK[] } {
    return { keys: this.published.map(({ publicJwk }) => publicJwk) };
  }

  /** Signs a token of ours as it is: the caller states every claim. `typ` is what the token is, RFC 8725 section 3.11. */
  sign(claims: JWTPayload, { typ }: { readonly typ: string }): Promise<string> {
    const [current] = this.published;
    if (current === undefined) throw new Error('signing keys were not loaded');
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: current.kid, typ }).sign(current.privateKey);
  }

  /**
   * The next key signs from now on, and one more is published. `emergency`: the signing key is known to somebody, so its successor
   * takes over however young it is, and the old key is not published any more.
   */
  async rotate({ emergency }: { readonly emergency: boolean }): Promise<readonly KeyInUse[] | RotationRefused> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_KEYS);
      const { rows } = await tx.query<KeyInUse>(KEYS_IN_USE);
      const next = rows.find(({ state }) => state === 'next');
      const age = next === undefined ? 0 : (Date.now() - next.created_at.getTime()) / 1_000;
      if (!emergency && age < PUBLISHED_BEFORE_USE) return 'next_is_too_young';
      await tx.query(emergency ? DELETE_CURRENT : RETIRE_CURRENT);
      await tx.query(PROMOTE_NEXT);
      await tx.query(FORGET_RETIRED, [PUBLISHED_AFTER_RETIREMENT]);
      await this.insert(tx, 'next');
      return (await tx.query<KeyInUse>(KEYS_IN_USE)).rows;
    });
  }

  async inUse(): Promise<readonly KeyInUse[]> {
    return (await this.database.query<KeyInUse>(KEYS_IN_USE)).rows;
  }

  private async makeMissing(tx: Sql): Promise<void> {
    await tx.query(LOCK_KEYS);
    const states = new Set((await tx.query<KeyInUse>(KEYS_IN_USE)).rows.map(({ state }) => state));
    for (const state of ['current', 'next'] as const) if (!states.has(state)) await this.insert(tx, state);
  }

  private async insert(tx: Sql, state: 'current' | 'next'): Promise<void> {
    const { kid, publicJwk, pkcs8 } = await makeSigningKey();
    await tx.query(INSERT_KEY, [kid, JSON.stringify(publicJwk), this.envelope.seal(pkcs8, PRIVATE_KEY), state]);
  }
}
