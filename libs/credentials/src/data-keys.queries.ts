import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';

export interface DataKeyRow {
  readonly id: Uuid;
  readonly sealed: Uint8Array;
}

/** The key in use of an app, through the partial unique index data_key_in_use_key. */
export async function readKeyInUse(sql: Sql, appId: Uuid): Promise<DataKeyRow | undefined> {
  const { rows } = await sql.query<DataKeyRow>(
    'SELECT id, sealed FROM data_key WHERE app_id = $1::uuid AND retired_at IS NULL',
    [appId],
  );
  return rows[0];
}

/** Any key of an app, in use or retired, through data_key_pkey. */
export async function readKey(sql: Sql, appId: Uuid, id: Uuid): Promise<DataKeyRow | undefined> {
  const { rows } = await sql.query<DataKeyRow>(
    'SELECT id, sealed FROM data_key WHERE id = $1::uuid AND app_id = $2::uuid',
    [id, appId],
  );
  return rows[0];
}

/** Becomes the key in use unless another process was first; data_key_in_use_key decides. */
export async function offerKey(
  sql: Sql,
  appId: Uuid,
  key: { readonly id: Uuid; readonly sealed: Buffer },
): Promise<void> {
  await sql.query(
    `INSERT INTO data_key (id, app_id, sealed) VALUES ($1::uuid, $2::uuid, $3)
     ON CONFLICT (app_id) WHERE retired_at IS NULL DO NOTHING`,
    [key.id, appId, key.sealed],
  );
}
