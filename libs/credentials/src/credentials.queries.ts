import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { CredentialProvider } from './stored-credential.js';

export interface CredentialRow {
  readonly id: Uuid;
  readonly app_id: Uuid;
  readonly provider: CredentialProvider;
  readonly version: number;
  readonly sealed: Uint8Array;
}

/** Reads through app_pkey. */
export async function readAppMode(sql: Sql, appId: Uuid): Promise<'live' | 'test' | undefined> {
  const { rows } = await sql.query<{ mode: 'live' | 'test' }>('SELECT mode FROM app WHERE id = $1::uuid', [appId]);
  return rows[0]?.mode;
}

/** Inserts, or replaces and counts up, through credential_app_id_provider_key. */
export async function upsertCredential(
  sql: Sql,
  row: {
    readonly id: Uuid;
    readonly appId: Uuid;
    readonly provider: CredentialProvider;
    readonly sealed: Buffer;
    readonly summary: object;
  },
): Promise<{ id: Uuid; version: number }> {
  const { rows } = await sql.query<{ id: Uuid; version: number }>(
    `INSERT INTO credential (id, app_id, provider, version, sealed, summary)
     VALUES ($1::uuid, $2::uuid, $3, 1, $4, $5::jsonb)
     ON CONFLICT (app_id, provider) DO UPDATE
        SET version = credential.version + 1, sealed = excluded.sealed, summary = excluded.summary, updated_at = now()
     RETURNING id, version`,
    [row.id, row.appId, row.provider, row.sealed, JSON.stringify(row.summary)],
  );
  return rows[0]!;
}

/** Reads through credential_app_id_provider_key. */
export async function readVersions(
  sql: Sql,
  appIds: readonly Uuid[],
  provider: CredentialProvider,
): Promise<{ app_id: Uuid; id: Uuid; version: number }[]> {
  const { rows } = await sql.query<{ app_id: Uuid; id: Uuid; version: number }>(
    'SELECT app_id, id, version FROM credential WHERE app_id = ANY($1::uuid[]) AND provider = $2',
    [appIds, provider],
  );
  return rows;
}

/** Reads through credential_app_id_provider_key. */
export async function readPushCredentials(
  sql: Sql,
  appIds: readonly Uuid[],
): Promise<{ app_id: Uuid; id: Uuid; provider: CredentialProvider }[]> {
  const { rows } = await sql.query<{ app_id: Uuid; id: Uuid; provider: CredentialProvider }>(
    `SELECT app_id, id, provider FROM credential
     WHERE app_id = ANY($1::uuid[]) AND provider IN ('apns', 'fcm', 'webpush')`,
    [appIds],
  );
  return rows;
}

/** Reads through credential_pkey. */
export async function readCredential(sql: Sql, id: Uuid): Promise<CredentialRow | undefined> {
  const { rows } = await sql.query<CredentialRow>(
    'SELECT id, app_id, provider, version, sealed FROM credential WHERE id = $1::uuid',
    [id],
  );
  return rows[0];
}
