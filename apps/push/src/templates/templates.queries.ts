/** Changes of one template run one after another, also before it has any row to lock. $1 its name. */
export const LOCK_TEMPLATE = `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`;

/** $1 app, $2 name. Index: template_pkey. */
export const ACTIVE_VERSION = `SELECT active_version AS "activeVersion" FROM template WHERE app_id = $1 AND name = $2`;

/** The same of many, in their order. $1 apps, $2 names. Index: template_pkey. */
export const ACTIVE_VERSIONS = `
  SELECT t.active_version AS "activeVersion"
  FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS asked (app, name, place)
  LEFT JOIN template t ON t.app_id = asked.app AND t.name = asked.name
  ORDER BY asked.place`;

/** $1 app, $2 name, $3 version. Index: template_version_pkey. */
export const VERSION = `
  SELECT version, document, at FROM template_version WHERE app_id = $1 AND name = $2 AND version = $3`;

/** A version with the same document. $1 app, $2 name, $3 hash of the document. Index: template_version_app_id_name_hash_key. */
export const VERSION_OF_DOCUMENT = `
  SELECT version, document, at FROM template_version WHERE app_id = $1 AND name = $2 AND hash = $3`;

/** Also of a name that was removed: versions are never used twice. $1 app, $2 name, $3 document, $4 hash. Index: template_version_pkey. */
export const ADD_VERSION = `
  INSERT INTO template_version (app_id, name, version, document, hash)
  SELECT $1, $2, coalesce(max(version), 0) + 1, $3::jsonb, $4 FROM template_version WHERE app_id = $1 AND name = $2
  RETURNING version, document, at`;

/** $1 app, $2 name, $3 version. Index: template_pkey. */
export const ACTIVATE = `
  INSERT INTO template (app_id, name, active_version) VALUES ($1, $2, $3)
  ON CONFLICT (app_id, name) DO UPDATE SET active_version = excluded.active_version, updated_at = now()`;

/** $1 app, $2 name. Index: template_pkey. */
export const REMOVE = `DELETE FROM template WHERE app_id = $1 AND name = $2 RETURNING 1`;

/** $1 app, $2 names after this one (null: all), $3 how many. Index: template_pkey. */
export const TEMPLATES = `
  SELECT name, active_version AS "activeVersion", updated_at AS "updatedAt" FROM template
  WHERE app_id = $1 AND name > coalesce($2, '') ORDER BY name LIMIT $3`;

/** The newest first. $1 app, $2 name, $3 below this version (null: all), $4 how many. Index: template_version_pkey. */
export const VERSIONS = `
  SELECT v.version, v.at, v.version = t.active_version AS active
  FROM template t JOIN template_version v ON v.app_id = t.app_id AND v.name = t.name
  WHERE t.app_id = $1 AND t.name = $2 AND v.version < coalesce($3::int, 2147483647) ORDER BY v.version DESC LIMIT $4`;

/** Those of some names that are in force. $1 apps, $2 names. Indexes: template_pkey, template_version_pkey. */
export const IN_FORCE = `
  SELECT t.app_id AS "appId", t.name, t.active_version AS version
  FROM unnest($1::uuid[], $2::text[]) AS asked (app, name)
  JOIN template t ON t.app_id = asked.app AND t.name = asked.name`;
