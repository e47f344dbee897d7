/*
 * Slices of what has had its time, $1 rows each. What is read while it is old (a refresh token that comes back, a link that is
 * pressed a second time) stays a while, so that its owner is told what it was and not that there is no such thing.
 */

/** Index: one_time_token_expires_at_idx. */
export const PURGE_TOKENS = `
  DELETE FROM one_time_token WHERE hash IN (
    SELECT hash FROM one_time_token WHERE expires_at < now() - interval '7 days' LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** Index: oidc_record_expires_at_idx. */
export const PURGE_OIDC_RECORDS = `
  DELETE FROM oidc_record r USING (
    SELECT kind, id FROM oidc_record WHERE expires_at < now() - interval '1 day' LIMIT $1 FOR UPDATE SKIP LOCKED
  ) AS old WHERE r.kind = old.kind AND r.id = old.id`;

/** Index: sign_in_progress_expires_at_idx. */
export const PURGE_SIGN_INS = `
  DELETE FROM sign_in_progress WHERE id IN (
    SELECT id FROM sign_in_progress WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** Index: auth_session_expires_at_idx. Sessions that ended by themselves, a month ago; those that were ended expire as well. */
export const PURGE_SESSIONS = `
  DELETE FROM auth_session WHERE id IN (
    SELECT id FROM auth_session WHERE expires_at < now() - interval '30 days' LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/**
 * Sessions whose first tokens nobody came for, with what was granted to them: a code is good for a minute. Indexes:
 * auth_session_not_activated_idx, oidc_record_grant_id_idx.
 */
export const PURGE_NEVER_BEGUN = `
  WITH gone AS (
    DELETE FROM auth_session WHERE id IN (
      SELECT id FROM auth_session WHERE activated_at IS NULL AND created_at < now() - interval '1 hour'
       LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING id
  ), forgotten AS (
    DELETE FROM oidc_record r USING gone WHERE r.grant_id = gone.id
  )
  SELECT id FROM gone`;

/** Mails whose work row is gone: there is none unless somebody deleted work by hand. Sequential over the small mail table. */
export const PURGE_MAILS = `
  DELETE FROM auth_mail WHERE id IN (
    SELECT id FROM auth_mail WHERE expires_at < now() - interval '7 days' LIMIT $1 FOR UPDATE SKIP LOCKED)`;
