/** What is known by a value. Uses oidc_record_pkey. */
export const FIND_RECORD = `
  SELECT payload, consumed_at IS NOT NULL AS consumed FROM oidc_record WHERE kind = $1 AND id = $2 AND expires_at > now()`;

/** Kept anew, or as it is now. Uses oidc_record_pkey. */
export const SAVE_RECORD = `
  INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at) VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
  ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`;

/** Kept only where it was never seen: of two who come at once, one gets a row. Uses oidc_record_pkey. */
export const SAVE_FIRST = `
  INSERT INTO oidc_record (kind, id, payload, expires_at) VALUES ($1, $2, '{}', now() + make_interval(secs => $3))
  ON CONFLICT (kind, id) DO UPDATE SET expires_at = excluded.expires_at WHERE oidc_record.expires_at <= now()
  RETURNING 1`;

/** Consumed by the one who gets a row. Uses oidc_record_pkey. */
export const CONSUME_RECORD = `
  UPDATE oidc_record SET consumed_at = now() WHERE kind = $1 AND id = $2 AND consumed_at IS NULL RETURNING 1`;

/** Uses oidc_record_pkey. */
export const GRANT_OF_RECORD = `SELECT grant_id FROM oidc_record WHERE kind = $1 AND id = $2 AND grant_id IS NOT NULL`;

/** Uses oidc_record_pkey. */
export const DELETE_RECORD = `DELETE FROM oidc_record WHERE kind = $1 AND id = $2`;

/**
 * Whether a consumed refresh token \`r\` of session \`s\` may be sent again: its successor was never used, and either the token is bound
 * to a key that no thief has, or it is a moment ago. Seconds in $3, the ids that this process would give its successor in $4: tokens
 * that were used before successors were written down have none there.
 */
const SENT_AGAIN = `
  (r.payload ? 'jkt' OR (r.consumed_at > now() - make_interval(secs => $3)
                         AND (s.grace_closed_at IS NULL OR r.consumed_at > s.grace_closed_at)))
  AND NOT EXISTS (SELECT 1 FROM oidc_record n WHERE n.kind = 'RefreshToken' AND n.id = ANY (array_append($4::bytea[], r.successor))
                     AND n.consumed_at IS NOT NULL)`;

/**
 * A refresh token with all that a refresh looks at: its successor, its grant, its session and its user. Uses oidc_record_pkey,
 * auth_session_pkey and auth_user_pkey. Takes longer to plan than to run: prepare it.
 */
export const FIND_REFRESH_TOKEN = `
  SELECT r.payload, r.consumed_at IS NOT NULL AND NOT (${SENT_AGAIN}) AS consumed,
         coalesce(r.successor, (SELECT n.id FROM oidc_record n WHERE n.kind = 'RefreshToken' AND n.id = ANY ($4::bytea[]) LIMIT 1)) AS successor,
         g.payload AS grant_payload, s.revoked_reason, s.auth_time, s.acr, s.amr,
         u.app_id, u.email, u.email_verified_at, u.name, u.locale, u.signed_out_at, u.status
    FROM oidc_record r
    JOIN auth_session s ON s.id = r.grant_id
    LEFT JOIN oidc_record g ON g.kind = 'Grant' AND g.id = sha256(convert_to(r.payload ->> 'grantId', 'UTF8'))
    LEFT JOIN auth_user u ON u.id = s.user_id
   WHERE r.kind = $1 AND r.id = $2 AND r.expires_at > now()`;

/**
 * One step of a family: the old token is consumed and its successor is there, or nothing happened. The session's row is the fence
 * that a revocation and a refresh meet at. Takes longer to plan than to run: prepare it. \`alive\`: the session was; \`rotated\`: the old
 * token might be used; \`successor\`: the id of the one it has, which is not $6 where a process with other keys was there before. Uses
 * auth_session_pkey and oidc_record_pkey.
 */
export const ROTATE_REFRESH_TOKEN = `
  WITH session AS (
    UPDATE auth_session SET last_seen_at = now() WHERE id = $5 AND revoked_at IS NULL AND expires_at > now()
    RETURNING grace_closed_at, prefix, country
  ), used AS (
    UPDATE oidc_record r SET consumed_at = coalesce(r.consumed_at, now()), successor = coalesce(r.successor, $6)
      FROM session s
     WHERE r.kind = $1 AND r.id = $2 AND (r.consumed_at IS NULL OR (${SENT_AGAIN}))
    RETURNING r.successor
  ), made AS (
    INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at)
    SELECT $1, $6, $5, $7, now() + make_interval(secs => $8) FROM used WHERE used.successor = $6
    ON CONFLICT (kind, id) DO NOTHING
  )
  SELECT (SELECT count(*)::int FROM session) AS alive, (SELECT count(*)::int FROM used) AS rotated,
         (SELECT successor FROM used) AS successor,
         (SELECT prefix FROM session) AS prefix, (SELECT country FROM session) AS country`;

/** The first token of a family. Uses oidc_record_pkey. */
export const SAVE_FIRST_REFRESH_TOKEN = `
  INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at) VALUES ('RefreshToken', $1, $2, $3, now() + make_interval(secs => $4))`;

/** A browser session by the name that other records have for it; it does not open the session. Uses oidc_record_session_uid_idx. */
export const FIND_SESSION_BY_UID = `
  SELECT payload FROM oidc_record WHERE kind = 'Session' AND payload ->> 'uid' = $1 AND expires_at > now()`;
