/** Whether a client is an app on phones of this app. $1 client, $2 app. Index: oauth_client_pkey. */
export const IS_NATIVE_CLIENT = `
  SELECT FROM oauth_client WHERE id = $1 AND app_id = $2 AND kind = 'native' AND revoked_at IS NULL`;
