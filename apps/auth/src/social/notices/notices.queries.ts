/** Nothing comes back for one that came before. Uses provider_notice_pkey. */
export const SEE_NOTICE = `
  INSERT INTO provider_notice (app_id, issuer, jti) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING jti`;

/** Uses provider_notice_seen_at_idx. */
export const FORGET_NOTICES = `DELETE FROM provider_notice WHERE seen_at < now() - interval '60 days'`;

/** Uses identity_app_id_issuer_subject_key. */
export const NOTICED_IDENTITY = `
  SELECT id, user_id, provider FROM identity WHERE app_id = $1 AND issuer = $2 AND subject = $3 FOR UPDATE`;

/** Uses identity_pkey. */
export const WITHDRAW_IDENTITY = `
  UPDATE identity SET withdrawn_at = coalesce(withdrawn_at, now()), refresh_token = NULL WHERE id = $1`;

/** Uses identity_pkey. */
export const PURGE_IDENTITY = `DELETE FROM identity WHERE id = $1`;

/** Uses identity_pkey. */
export const SUSPEND_IDENTITY = `UPDATE identity SET suspended_at = now(), refresh_token = NULL WHERE id = $1`;

/** Uses identity_pkey. */
export const RESUME_IDENTITY = `UPDATE identity SET suspended_at = NULL WHERE id = $1`;

/** Whoever had the mailbox over there may have had the password as well. Uses auth_user_pkey. */
export const DROP_PASSWORD = `
  UPDATE auth_user SET password_hash = NULL, password_changed_at = now(), updated_at = now() WHERE id = $1`;
