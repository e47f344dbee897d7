/** $1 app. Index: credential_app_id_provider_key. */
export const PUBLIC_KEY = `
  SELECT summary ->> 'publicKey' AS "publicKey" FROM credential WHERE app_id = $1 AND provider = 'webpush'`;
