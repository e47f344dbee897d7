/** Inserts, or replaces and counts up, through sign_in_provider_pkey. */
export const SAVE_PROVIDER = `
  INSERT INTO sign_in_provider (app_id, name, kind, version, sealed, metadata) VALUES ($1, $2, $3, 1, $4, $5)
  ON CONFLICT (app_id, name) DO UPDATE
     SET kind = excluded.kind, version = sign_in_provider.version + 1, sealed = excluded.sealed, metadata = excluded.metadata,
         checked_at = now(), updated_at = now()
  RETURNING version, updated_at`;

/** Uses sign_in_provider_pkey. */
export const DELETE_PROVIDER = `DELETE FROM sign_in_provider WHERE app_id = $1 AND name = $2 RETURNING kind`;

/** Uses sign_in_provider_pkey and app_pkey. */
export const FIND_PROVIDER = `
  SELECT p.app_id, p.name, p.version, p.sealed, p.metadata, p.updated_at, a.mode
    FROM sign_in_provider p JOIN app a ON a.id = p.app_id
   WHERE p.app_id = $1 AND p.name = $2`;

/** Uses sign_in_provider_pkey and app_pkey. */
export const PROVIDERS_OF_APP = `
  SELECT p.app_id, p.name, p.version, p.sealed, p.metadata, p.updated_at, a.mode
    FROM sign_in_provider p JOIN app a ON a.id = p.app_id
   WHERE p.app_id = $1
   ORDER BY p.created_at, p.name`;

/**
 * Takes one provider that was not looked at since $1; of several processes, each takes another. Uses sign_in_provider_checked_at_idx,
 * sign_in_provider_pkey and app_pkey.
 */
export const TAKE_UNCHECKED = `
  UPDATE sign_in_provider p SET checked_at = now()
    FROM app a
   WHERE a.id = p.app_id
     AND (p.app_id, p.name) = (
       SELECT app_id, name FROM sign_in_provider
        WHERE checked_at < $1
        ORDER BY checked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING p.app_id, p.name, p.version, p.sealed, p.metadata, p.updated_at, a.mode`;
