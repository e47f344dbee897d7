import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWK,
  type JWSHeaderParameters,
} from 'jose';
import { inTime } from '@signalbox/resilience';
import { TokenRefused } from './token-refused.js';

/**
 * Milliseconds after which keys are looked at again: with the ten seconds after which each process of auth knows of a rotation, no more
 * than five minutes until a key that leaked opens nothing.
 */
const REFRESH_AFTER = 280_000;
/** Milliseconds that a token waits at most for that look; the keys that are known serve then. */
const PATIENCE = 500;
/** Milliseconds after a failed fetch in which the next ones are waited for by nobody whose key is known. */
const AWAY_FOR = 30_000;
/** Milliseconds between two fetches that tokens with unknown keys cause: strangers must not make us ask an issuer without end. */
const UNKNOWN_KEY_AFTER = 5_000;
/** Milliseconds after a failed fetch in which no other is tried. */
const AGAIN_AFTER = 1_000;

/** The keys of an issuer are not known and could not be fetched. Nothing is said about the token. */
export class KeysAway extends Error {
  override readonly name = 'KeysAway';
}

export interface KeySetOptions {
  /** Milliseconds, of a clock that only goes forward. */
  readonly now?: () => number;
  /** Milliseconds that a look at the keys is waited for, where that is not the usual. */
  readonly patience?: number;
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
  /** Of the last try. */
  private failure: { readonly at: number; readonly error: KeysAway } | undefined;
  /** Of the keys: what makes each the one that it is. */
  private names: readonly string[] = [];
  private gone = 0;
  private readonly now: () => number;

  constructor(
    private readonly fetchKeys: () => Promise<JSONWebKeySet>,
    private readonly options: KeySetOptions = {},
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Another one after each time that a key was gone: what was verified under an earlier one may be that key's. */
  get generation(): number {
    return this.gone;
  }

  /** In the form of a key for jose. @throws TokenRefused for an unknown key, KeysAway */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    if (this.keys === undefined) await this.fetch(AGAIN_AFTER);
    else await this.refresh();
    const known = await this.among(header, token);
    if (known !== undefined) return known;
    await this.fetch(UNKNOWN_KEY_AFTER);
    const fetched = await this.among(header, token);
    if (fetched === undefined) throw new TokenRefused('Its issuer has no such key.');
    return fetched;
  };

  /**
   * Looks whether the keys are the same still, unless that was done just now. Whoever goes by a token that was verified earlier asks this
   * first. Resolves soon also when the issuer is slow or away: the keys that are known serve on, and the look goes on by itself.
   */
  async refresh(): Promise<void> {
    if (this.now() - this.fetchedAt < REFRESH_AFTER) return;
    const isAway = this.failure !== undefined && this.now() - this.failure.at < AWAY_FOR;
    const look = this.fetch(UNKNOWN_KEY_AFTER).catch(() => undefined);
    const patience = this.triedAt + (this.options.patience ?? PATIENCE) - this.now();
    if (!isAway && patience > 0) await inTime(look, patience, undefined);
  }

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
      return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure.error);
    }
    this.triedAt = this.now();
    this.fetching = this.fetchOnce().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetchOnce(): Promise<void> {
    try {
      const fetched = await this.fetchKeys();
      const names = fetched.keys.map(nameOf);
      this.keys = createLocalJWKSet(fetched);
      if (!this.names.every((name) => names.includes(name))) this.gone += 1;
      this.names = names;
      // They are as old as the question.
      this.fetchedAt = this.triedAt;
      this.failure = undefined;
    } catch (error) {
      const away = new KeysAway('the keys of an issuer could not be fetched', { cause: error });
      this.failure = { at: this.now(), error: away };
      throw away;
    }
  }
}

/** Another key under the id of an old one is another key; another certificate around it is not. */
function nameOf({ kid, kty, crv, x, y, n, e }: JWK): string {
  return JSON.stringify([kid, kty, crv, x, y, n, e]);
}
