import type { Uuid } from '@signalbox/contracts';
import { type Envelope, SealBroken, type SealContext } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { RENEW_PROVIDER_TOKEN_AFTER_MS } from '../apns-outcome.js';
import { offerToken, readToken, type TokenRow } from './provider-token.queries.js';
import { type SigningKey, signProviderToken } from './sign-provider-token.js';

const MINUTE = 60_000;
/** Apple refuses a token older than 60 minutes; an older one than this is not sent, whatever keeps us from renewing it. */
const OLDEST_MS = 55 * MINUTE;
/** A clock of the database that was set back has left a token from the future. */
const TOLERATED_STEP_BACK_MS = MINUTE;
/** Rounds of reading and offering; more than one only when another process renewed in between. */
const ROUNDS = 3;

/** A provider token as it goes out, and its age at that moment. */
export interface UsableToken {
  readonly jwt: string;
  readonly ageMs: number;
}

/** There is no provider token to send with; `code` says why. Nothing was sent. */
export class ProviderTokenMissing extends Error {
  override readonly name = 'ProviderTokenMissing';

  constructor(
    readonly code: 'TOKEN_STORE_UNREACHABLE' | 'TOKEN_SEALED_ELSEWHERE' | 'TOKEN_NOT_AGREED',
    options?: ErrorOptions,
  ) {
    super(`no provider token: ${code}`, options);
  }
}

interface Known {
  readonly jwt: string;
  readonly ageThenMs: number;
  readonly monotonic: number;
  readonly wall: number;
}

export interface Clocks {
  readonly monotonic: () => number;
  readonly wall: () => number;
}
const SYSTEM_CLOCKS: Clocks = { monotonic: () => performance.now(), wall: Date.now };

/**
 * The provider token of one key, the same in every process: Apple answers TooManyProviderTokenUpdates to more than one
 * new token per key in 20 minutes. It lives sealed in the database, whose clock alone says when it was signed and how old
 * it is; this process only counts how long it has known it. It is renewed at 50 minutes by whoever is first, and for no
 * other reason: that Apple calls a young token expired means a wrong clock, which a new one would not put right.
 */
export class SharedProviderToken {
  private known: Known | undefined;
  private renewal: Promise<Known> | undefined;
  private readonly sealedFor: SealContext;

  constructor(
    private readonly id: Uuid,
    private readonly key: SigningKey,
    private readonly sql: Sql,
    private readonly envelope: Envelope,
    private readonly clocks: Clocks = SYSTEM_CLOCKS,
  ) {
    // The key's own id takes the place of an app's: a token moved to another key's row does not open.
    this.sealedFor = { appId: id, table: 'apns_provider_token', column: 'sealed' };
  }

  /** Whether Apple would still take what is known here. */
  get isExpired(): boolean {
    return this.known === undefined || this.ageOf(this.known) >= OLDEST_MS;
  }

  /** Without a wait unless it has to be read or renewed. @throws ProviderTokenMissing */
  current(): UsableToken | Promise<UsableToken> {
    const { known } = this;
    if (!known) return this.renewed();
    const ageMs = this.ageOf(known);
    return ageMs < RENEW_PROVIDER_TOKEN_AFTER_MS ? { jwt: known.jwt, ageMs } : this.renewed();
  }

  private async renewed(): Promise<UsableToken> {
    try {
      this.renewal ??= this.renew().finally(() => (this.renewal = undefined));
      this.known = await this.renewal;
    } catch (error) {
      if (this.isExpired) throw missing(error);
    }
    const known = this.known!;
    return { jwt: known.jwt, ageMs: this.ageOf(known) };
  }

  private async renew(): Promise<Known> {
    let unreadable: Error | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = { monotonic: this.clocks.monotonic(), wall: this.clocks.wall() };
      const row = await readToken(this.sql, this.id);
      try {
        if (row.sealed !== null && !isDue(row))
          return {
            jwt: this.envelope.open(row.sealed, this.sealedFor).toString(),
            ageThenMs: row.ageMs ?? 0,
            ...asked,
          };
      } catch (error) {
        // Sealed under a master key that is gone; replaced as soon as it is old enough.
        unreadable = error as Error;
      }
      const jwt = signProviderToken(this.key, row.now);
      if (await this.offer(jwt, row.now)) return { jwt, ageThenMs: 0, ...asked };
    }
    throw unreadable ?? new ProviderTokenMissing('TOKEN_NOT_AGREED');
  }

  private offer(jwt: string, signedAt: number): Promise<boolean> {
    const { teamId, keyId } = this.key;
    const sealed = this.envelope.seal(jwt, this.sealedFor);
    return offerToken(this.sql, { id: this.id, teamId, keyId, sealed, signedAt });
  }

  /** The monotonic clock stands still while a machine is suspended, the other one may be set back: the later one counts. */
  private ageOf({ ageThenMs, monotonic, wall }: Known): number {
    return ageThenMs + Math.max(this.clocks.monotonic() - monotonic, this.clocks.wall() - wall);
  }
}

function isDue({ ageMs }: TokenRow): boolean {
  return ageMs === null || ageMs >= RENEW_PROVIDER_TOKEN_AFTER_MS || ageMs < -TOLERATED_STEP_BACK_MS;
}

function missing(cause: unknown): ProviderTokenMissing {
  if (cause instanceof ProviderTokenMissing) return cause;
  const isSealed = cause instanceof SealBroken;
  return new ProviderTokenMissing(isSealed ? 'TOKEN_SEALED_ELSEWHERE' : 'TOKEN_STORE_UNREACHABLE', { cause });
}
