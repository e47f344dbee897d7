/** Changes of one app's policy run one after another, also before it has any row to lock. $1 its name. */
export const LOCK_POLICY = `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`;

/** $1 app. Index: push_policy_pkey. */
export const POLICY_IN_FORCE = `
  SELECT version, at, document FROM push_policy WHERE app_id = $1 ORDER BY version DESC LIMIT 1`;

/** $1 app, $2 version. Index: push_policy_pkey. */
export const POLICY_VERSION = `SELECT version, at, document FROM push_policy WHERE app_id = $1 AND version = $2`;

/** $1 app, $2 below this version (null: all), $3 how many. Index: push_policy_pkey. */
export const POLICY_VERSIONS = `
  SELECT version, at FROM push_policy WHERE app_id = $1 AND version < coalesce($2::int, 2147483647) ORDER BY version DESC LIMIT $3`;

/** $1 app, $2 version, $3 document. */
export const ADD_VERSION = `
  INSERT INTO push_policy (app_id, version, document) VALUES ($1, $2, $3::jsonb) RETURNING version, at, document`;
