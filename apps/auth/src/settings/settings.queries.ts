/** Uses auth_settings_pkey. */
export const READ_SETTINGS = `SELECT settings, version FROM auth_settings WHERE app_id = $1`;

/** The whole of an app's settings at once; each change counts. */
export const WRITE_SETTINGS = `
  INSERT INTO auth_settings (app_id, settings, version) VALUES ($1, $2, 1)
  ON CONFLICT (app_id) DO UPDATE SET settings = excluded.settings, version = auth_settings.version + 1, updated_at = now()
  RETURNING version`;
