const COLUMNS = `id, app_id AS "appId", name, scope, livemode, shape, created_at AS "createdAt"`;

/** No row: the app has $7 of them already. $1 id, $2 app, $3 name, $4 scope, $5 livemode, $6 shape. Index: stripe_source_app_id_id_idx. */
export const INSERT_SOURCE = `
  INSERT INTO stripe_source (id, app_id, name, scope, livemode, shape)
  SELECT $1::uuid, $2::uuid, $3, $4, $5::boolean, $6
  WHERE (SELECT count(*) FROM stripe_source WHERE app_id = $2) < $7::int
  RETURNING ${COLUMNS}`;

/** $1 app, $2 behind this id, $3 how many. Index: stripe_source_app_id_id_idx. */
export const LIST_SOURCES = `
  SELECT ${COLUMNS} FROM stripe_source WHERE app_id = $1 AND id > $2::uuid ORDER BY id LIMIT $3`;

/** $1 app, $2 id. Index: stripe_source_pkey. */
export const ONE_SOURCE = `SELECT ${COLUMNS} FROM stripe_source WHERE id = $2 AND app_id = $1`;

/** Whoever changes its secrets holds it. $1 app, $2 id. Index: stripe_source_pkey. */
export const LOCK_SOURCE = `SELECT id FROM stripe_source WHERE id = $2 AND app_id = $1 FOR NO KEY UPDATE`;

/** $1 app, $2 id, $3 name. Index: stripe_source_pkey. */
export const RENAME_SOURCE = `UPDATE stripe_source SET name = $3 WHERE id = $2 AND app_id = $1 AND name <> $3 RETURNING id`;

/** Its secrets go with it; its events stay. $1 app, $2 id. Index: stripe_source_pkey. */
export const DELETE_SOURCE = `DELETE FROM stripe_source WHERE id = $2 AND app_id = $1 RETURNING id`;

const WITH_SECRETS = `
  SELECT s.id, s.app_id AS "appId", s.name, s.scope, s.livemode, s.shape, k.id AS secret, k.sealed, k.not_before AS "notBefore",
    k.not_after AS "notAfter"
  FROM stripe_source s LEFT JOIN stripe_secret k ON k.source_id = s.id`;

/** Sources as the edge needs them, a row for each secret. $1 ids. Indexes: stripe_source_pkey, stripe_secret_source_id_idx. */
export const LOAD_SOURCES = `${WITH_SECRETS} WHERE s.id = ANY ($1::uuid[]) ORDER BY k.id DESC`;

/** The same of all sources of an app. $1 app. Indexes: stripe_source_app_id_id_idx, stripe_secret_source_id_idx. */
export const LOAD_SOURCES_OF_APP = `${WITH_SECRETS} WHERE s.app_id = $1 ORDER BY k.id DESC`;

/** Sources that no webhook can be proven to be for, now or later. Sequential: there are few. */
export const SOURCES_WITHOUT_SECRET = `
  SELECT id, name FROM stripe_source s WHERE NOT EXISTS (
    SELECT FROM stripe_secret k WHERE k.source_id = s.id AND (k.not_after IS NULL OR k.not_after > now()))
  ORDER BY id`;
