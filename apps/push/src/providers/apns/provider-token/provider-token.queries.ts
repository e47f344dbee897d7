import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';

/** Apple takes one new token per key in 20 minutes: https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns */
const YOUNGEST = `interval '20 minutes'`;
/** A clock that was set back by more than this has left a token from the future, which Apple refuses. */
const STEP_BACK = `interval '1 minute'`;

export interface TokenRow {
  /** The database's time, in whole seconds since 1970. */
  readonly now: number;
  readonly sealed: Buffer | null;
  /** Milliseconds since it was signed, by the database's clock. */
  readonly ageMs: number | null;
}

/** The token in use and what time it is. Index: apns_provider_token_pkey. */
export async function readToken(sql: Sql, id: Uuid): Promise<TokenRow> {
  const { rows } = await sql.query<TokenRow>(
    `SELECT floor(extract(epoch FROM now()))::float8 AS now, held.sealed,
       extract(epoch FROM now() - held.signed_at)::float8 * 1000 AS "ageMs"
     FROM (SELECT $1::uuid AS id) wanted LEFT JOIN apns_provider_token held ON held.id = wanted.id`,
    [id],
  );
  return rows[0]!;
}

export interface OfferedToken {
  readonly id: Uuid;
  readonly teamId: string;
  readonly keyId: string;
  readonly sealed: Buffer;
  /** Seconds since 1970, by the database's clock. */
  readonly signedAt: number;
}

/**
 * Becomes the token in use, unless there is one that is too young to be replaced: of several processes that sign at the
 * same time one wins, and the others' tokens are never shown to Apple. Index: apns_provider_token_pkey. Answers whether
 * it was taken.
 */
export async function offerToken(sql: Sql, { id, teamId, keyId, sealed, signedAt }: OfferedToken): Promise<boolean> {
  const { rowCount } = await sql.query(
    `INSERT INTO apns_provider_token AS held (id, team_id, key_id, sealed, signed_at)
     SELECT $1, $2, $3, $4, to_timestamp($5) WHERE to_timestamp($5) > now() - ${STEP_BACK}
     ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, signed_at = excluded.signed_at
       WHERE held.signed_at <= now() - ${YOUNGEST} OR held.signed_at > now() + ${STEP_BACK}`,
    [id, teamId, keyId, sealed, signedAt],
  );
  return rowCount > 0;
}

/** Tokens that nobody has renewed; Apple takes none that is older than an hour. Sequential over few rows. */
export const DROP_OLD_TOKENS = `DELETE FROM apns_provider_token WHERE signed_at < now() - interval '1 day'`;
