/** A client with its app and that app's settings. Uses oauth_client_pkey, app_pkey and auth_settings_pkey. */
export const FIND_CLIENT = `
  SELECT c.id, c.app_id, a.name AS app_name, a.mode, c.name, c.kind, c.secret_hash, c.jwks, c.redirect_uris,
         c.post_logout_redirect_uris, c.scopes, c.resources, c.dpop_required, s.settings
    FROM oauth_client c JOIN app a ON a.id = c.app_id LEFT JOIN auth_settings s ON s.app_id = c.app_id
   WHERE c.id = $1 AND c.revoked_at IS NULL`;

/** Uses auth_session_pkey. */
export const SESSION_CLAIMS = `SELECT id, auth_time, acr, amr FROM auth_session WHERE id = $1`;
