/** $1 app, $2 user, $3 behind this id, $4 how many. Index: identity_user_id_idx. */
export const COLLECT_IDENTITIES = `
  SELECT id::text AS id, provider, issuer, subject, email, email_verified AS "emailVerified", is_private_email AS "isPrivateEmail",
    linked_at AS "linkedAt", last_used_at AS "lastUsedAt", suspended_at AS "suspendedAt", withdrawn_at AS "withdrawnAt"
  FROM identity WHERE app_id = $1 AND user_id = $2 AND id::text > $3 ORDER BY id::text LIMIT $4`;

/** $1 app, $2 user, $3 how many. Index: identity_user_id_idx. */
export const ERASE_IDENTITIES = `
  DELETE FROM identity WHERE id IN (SELECT id FROM identity WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $1 app, $2 user, $3 how many. Index: pending_link_user_id_idx. */
export const ERASE_WISHES = `
  DELETE FROM pending_link WHERE id IN (SELECT id FROM pending_link WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;
