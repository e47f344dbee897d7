/** Index: payment_settings_pkey. */
export const SETTINGS = `
  SELECT settings, updated_at AS "updatedAt" FROM payment_settings WHERE app_id = $1`;

/** Index: payment_settings_pkey. */
export const KEEP_SETTINGS = `
  INSERT INTO payment_settings (app_id, settings) VALUES ($1, $2)
  ON CONFLICT (app_id) DO UPDATE SET settings = excluded.settings, updated_at = now()
  RETURNING settings, updated_at AS "updatedAt"`;
