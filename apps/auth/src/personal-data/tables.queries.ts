/** Sessions of a user. $1 user. Index: auth_session_user_id_id_idx. */
export const SESSIONS_OF_USER = `SELECT id FROM auth_session WHERE app_id = $1 AND user_id = $2`;

/** $1 app, $2 user, $3 behind this id, $4 how many. Index: auth_session_user_id_id_idx. */
export const COLLECT_SESSIONS = `
  SELECT id::text AS id, client_id AS "clientId", device_id AS "deviceId", installation, device_name AS "deviceName", user_agent AS "userAgent",
    prefix, country, anomaly, auth_time AS "authTime", acr, amr, created_at AS "createdAt", last_seen_at AS "lastSeenAt",
    revoked_at AS "revokedAt", revoked_reason AS "revokedReason"
  FROM auth_session WHERE app_id = $1 AND user_id = $2 AND id::text > $3 ORDER BY id::text LIMIT $4`;

/** What the engine kept of the user's sessions, tokens and all. $1 grants. Index: oidc_record_grant_id_idx. */
export const ERASE_GRANTS = `DELETE FROM oidc_record WHERE grant_id = ANY ($1::uuid[])`;

/** $1 app, $2 user, $3 how many. Index: auth_session_user_id_id_idx. */
export const ERASE_SESSIONS = `
  DELETE FROM auth_session WHERE id IN (SELECT id FROM auth_session WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/**
 * Browser sessions, and interactions that were not finished, which have no grant. $1 the user's public id, $2 behind this kind and
 * id, $4 rows to look at. Index: oidc_record_pkey. The first row is always there.
 */
export const ERASE_ENGINE_RECORDS = `
  WITH slice AS MATERIALIZED (
    SELECT kind, id, payload FROM oidc_record WHERE (kind, id) > ($2, $3::bytea) ORDER BY kind, id LIMIT $4
  ), gone AS (
    DELETE FROM oidc_record r USING slice s
    WHERE r.kind = s.kind AND r.id = s.id AND (s.payload ->> 'accountId' = $1 OR s.payload -> 'session' ->> 'accountId' = $1)
    RETURNING 1
  ), slice_end AS (
    SELECT kind, encode(id, 'hex') AS id FROM slice ORDER BY slice.kind DESC, slice.id DESC LIMIT 1
  )
  SELECT (SELECT count(*)::int FROM slice) AS "lookedAt", (SELECT count(*)::int FROM gone) AS count, e.kind, e.id
  FROM (VALUES (1)) AS always (one) LEFT JOIN slice_end e ON true`;

/** $1 app, $2 user, $3 how many. Sequential: the table holds the sign-ins of the last minutes. */
export const ERASE_PROGRESS = `
  DELETE FROM sign_in_progress WHERE id IN (
    SELECT id FROM sign_in_progress WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $1 app, $2 user, $3, $4 unused: there is one. Index: auth_user_pkey. */
export const COLLECT_PROFILE = `
  SELECT id::text AS id, email, email_verified_at AS "emailVerifiedAt", name, locale, status, created_at AS "createdAt",
    password_hash IS NOT NULL AS "hasPassword", password_changed_at AS "passwordChangedAt"
  FROM auth_user WHERE app_id = $1 AND id = $2 AND id::text > $3 LIMIT $4`;

/** The row itself goes at the very end, so that nobody takes the user for somebody unknown before. Index: auth_user_pkey. $3 unused. */
export const EMPTY_PROFILE = `
  UPDATE auth_user SET email = NULL, email_key = NULL, email_verified_at = NULL, name = NULL, locale = NULL,
    password_hash = NULL, password_changed_at = NULL, updated_at = now()
  WHERE app_id = $1 AND id = $2 AND $3::int > 0`;

/** $1 app, $2 names of the person, $3 behind this id, $4 how many. Index: auth_audit_app_id_person_id_idx. */
export const COLLECT_AUDIT = `
  SELECT id::text AS id, at, actor, action, what, network FROM auth_audit
  WHERE app_id = $1 AND person = ANY ($2::text[]) AND id::text > $3 ORDER BY id::text LIMIT $4`;

/** What a fact about a sign-in says of its user is indexed; the log of notifications is not (ADR 22). Index: event_log_auth_user_id_idx. */
const OF_USER = `type LIKE 'auth.%' AND payload ->> 'userId' = $3`;

/**
 * What happened to a user and the user's sessions: by the sessions that there are, and by what the facts themselves say, since a fact
 * outlives its session. $1 app, $2 subjects, $3 the user's public id, $4 behind this id, $5 how many. Indexes:
 * event_log_subject_id_idx, event_log_auth_user_id_idx; each half stops after so many.
 */
export const COLLECT_HISTORY = `
  SELECT id::text AS id, at, type, data FROM (
    (SELECT id, at, type, payload AS data FROM event_log
      WHERE app_id = $1 AND subject = ANY ($2::text[]) AND id > $4::uuid ORDER BY id LIMIT $5)
    UNION
    (SELECT id, at, type, payload FROM event_log
      WHERE app_id = $1 AND ${OF_USER} AND id > $4::uuid ORDER BY id LIMIT $5)
  ) AS facts
  ORDER BY facts.id LIMIT $5`;

const WITH_PLACES = `(content IS NOT NULL OR payload ?| $4::text[] OR jsonb_path_exists(payload, '$.reasons[*].facts.*'))`;

/**
 * Those facts among them that tell from where, or with what, somebody signed in, in the open or encrypted. $4 such fields, $5 how
 * many. Indexes as above.
 */
export const HISTORY_WITH_PLACES = `
  SELECT id, payload, content IS NOT NULL AS sealed FROM event_log
  WHERE app_id = $1 AND (subject = ANY ($2::text[]) OR (${OF_USER})) AND ${WITH_PLACES}
  LIMIT $5`;

/** Sequential: the table holds what is asked at this moment. */
export const ERASE_CHALLENGES = `
  DELETE FROM passkey_challenge WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM passkey_challenge WHERE app_id = $1 AND user_id = $2 LIMIT $3))`;
