/** $1 app. Index: app_limit_pkey. */
export const READ_LIMITS = `SELECT limits FROM app_limit WHERE app_id = $1`;

/** $1 app, $2 limits. No row: nothing changes. Index: app_limit_pkey. */
export const PUT_LIMITS = `
  INSERT INTO app_limit AS kept (app_id, limits) VALUES ($1, $2::jsonb)
  ON CONFLICT (app_id) DO UPDATE SET limits = excluded.limits, version = kept.version + 1
  WHERE kept.limits <> excluded.limits
  RETURNING version`;

/** $1 app, $2 keys. Index: api_key_pkey. */
export const KEYS_OF_APP = `SELECT id FROM api_key WHERE id = ANY ($2::uuid[]) AND app_id = $1`;
