import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { TokenRefused } from './token-refused.js';

/** Milliseconds after which keys are fetched again, while the old ones still serve. */
const REFRESH_AFTER = 300_000;
/** Milliseconds between two fetches that tokens with unknown keys cause: strangers must not make us ask an issuer without end. */
const UNKNOWN_KEY_AFTER = 5_000;
/** Milliseconds after a failed fetch in which no other is tried. */
const AGAIN_AFTER = 1_000;

/** The keys of an issuer are not known and could not be fetched. Nothing is said about the token. */
export class KeysAway extends Error {
  override readonly name = 'KeysAway';
}

/**
 * The public keys of one issuer. Fetched once for all who wait; a key that is not among them makes them be fetched again, seldom;
 * an issuer that is away changes nothing for tokens whose key is known.
 */
export class KeySet {
  private keys: ReturnType<typeof createLocalJWKSet> | undefined;
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private fetching: Promise<void> | undefined;
  private failure: KeysAway | undefined;

  constructor(
    private readonly fetchKeys: () => Promise<JSONWebKeySet>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** In the form of a key for jose. @throws TokenRefused for an unknown key, KeysAway */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    if (this.keys === undefined) await this.fetch(AGAIN_AFTER);
    else if (this.now() - this.fetchedAt > REFRESH_AFTER) void this.fetch(UNKNOWN_KEY_AFTER).catch(() => undefined);
    const known = await this.among(header, token);
    if (known !== undefined) return known;
    await this.fetch(UNKNOWN_KEY_AFTER);
    const fetched = await this.among(header, token);
    if (fetched === undefined) throw new TokenRefused('Its issuer has no such key.');
    return fetched;
  };

  private async among(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey | undefined> {
    try {
      return await this.keys!(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      if (error instanceof errors.JWKSMultipleMatchingKeys)
        throw new TokenRefused('It does not say which key signed it.');
      throw error;
    }
  }

  /** Does nothing within `pause` milliseconds of the last try; if that failed, so does this. */
  private fetch(pause: number): Promise<void> {
    if (this.fetching !== undefined) return this.fetching;
    if (this.now() - this.triedAt < pause) {
      return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
    }
    this.triedAt = this.now();
    this.fetching = this.fetchOnce().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetchOnce(): Promise<void> {
    try {
      this.keys = createLocalJWKSet(await this.fetchKeys());
      this.fetchedAt = this.now();
      this.failure = undefined;
    } catch (error) {
      this.failure = new KeysAway('the keys of an issuer could not be fetched', { cause: error });
      throw this.failure;
    }
  }
}
