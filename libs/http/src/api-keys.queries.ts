import type { Sql } from '@signalbox/database';
import type { Scope, Uuid } from '@signalbox/contracts';

export interface ApiKeyRow {
  readonly id: Uuid;
  readonly app_id: Uuid;
  readonly mode: 'live' | 'test';
  readonly kind: 'secret' | 'publishable';
  readonly scopes: Scope[];
  readonly user_token_secret: Buffer | null;
  readonly expires_at: Date | null;
  readonly allowed_cidrs: string[];
}

/** Reads through the unique index api_key_hash_key, then app_pkey. */
export async function findActiveKey(sql: Sql, hash: Buffer): Promise<ApiKeyRow | undefined> {
  const { rows } = await sql.query<ApiKeyRow>(
    `SELECT k.id, k.app_id, a.mode, k.kind, k.scopes, k.user_token_secret, k.expires_at, k.allowed_cidrs
       FROM api_key k JOIN app a ON a.id = k.app_id
      WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
    [hash],
  );
  return rows[0];
}
