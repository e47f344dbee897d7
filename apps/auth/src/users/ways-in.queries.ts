/**
 * Whether anything opens an account but what has the id $3: a password, a passkey, or an identity at a provider that there is. One that
 * is suspended or withdrawn may never open it again. $1 app, $2 user, held by the caller. Uses auth_user_pkey, passkey_user_id_id_idx,
 * identity_user_id_idx and sign_in_provider_pkey.
 */
export const WAY_IN_BUT = `
  SELECT EXISTS (SELECT FROM auth_user WHERE app_id = $1 AND id = $2 AND password_hash IS NOT NULL)
      OR EXISTS (SELECT FROM passkey WHERE app_id = $1 AND user_id = $2 AND id <> $3)
      OR EXISTS (
        SELECT FROM identity i JOIN sign_in_provider p ON p.app_id = i.app_id AND p.name = i.provider
         WHERE i.app_id = $1 AND i.user_id = $2 AND i.id <> $3 AND i.withdrawn_at IS NULL AND i.suspended_at IS NULL) AS is_left`;
