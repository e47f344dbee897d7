const OVERDUE = `(r.state = 'open' AND r.due_at < now())`;
const REQUEST = `
  r.id, r.app_id AS "appId", r.kind, r.user_id AS "userId", r.person, r.pseudonym, r.asked_by AS "askedBy", r.services,
  CASE WHEN ${OVERDUE} THEN 'overdue' ELSE r.state END AS state, r.requested_at AS "requestedAt", r.due_at AS "dueAt",
  r.ended_at AS "endedAt", r.receipt, r.receipt_key AS "receiptKey", r.archive_expires_at AS "archiveExpiresAt",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('service', s.service, 'state', s.state, 'reason', s.reason, 'counts', s.counts,
      'kept', s.kept, 'endedAt', s.ended_at) ORDER BY s.service), '[]')
    FROM data_request_step s WHERE s.request_id = r.id) AS steps`;

/** Nothing comes back where one of the kind is open for the person. $9 hours until it is due. Index: data_request_open_key. */
export const MAKE_REQUEST = `
  INSERT INTO data_request (id, app_id, kind, user_id, person, pseudonym, asked_by, services, due_at, ticket_hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 hour', $10)
  ON CONFLICT (app_id, person, kind) WHERE state = 'open' DO NOTHING
  RETURNING id`;

/** $1 app, $2 names of the person, $3 kind; the newest. Index: data_request_app_id_person_id_idx. */
export const LAST_REQUEST = `
  SELECT ${REQUEST} FROM data_request r WHERE r.app_id = $1 AND r.person = ANY ($2::text[]) AND r.kind = $3
  ORDER BY r.id DESC LIMIT 1`;

/** $1 id, $2 app or null: any. Indexes: data_request_pkey, data_request_step_pkey. */
export const REQUEST_BY_ID = `SELECT ${REQUEST} FROM data_request r WHERE r.id = $1 AND ($2::uuid IS NULL OR r.app_id = $2)`;

/** Index: data_request_ticket_hash_key. */
export const REQUEST_BY_TICKET = `SELECT ${REQUEST} FROM data_request r WHERE r.ticket_hash = $1`;

/** $1 app or null, $2 state or null, $3 behind this id, $4 how many. Index: data_request_pkey. */
export const LIST_REQUESTS = `
  SELECT ${REQUEST} FROM data_request r
  WHERE ($1::uuid IS NULL OR r.app_id = $1) AND r.id > $3::uuid
    AND ($2::text IS NULL OR CASE WHEN ${OVERDUE} THEN 'overdue' ELSE r.state END = $2)
  ORDER BY r.id LIMIT $4`;

/** From now on nobody signs in. $1 user, $2 app. Index: auth_user_pkey. */
export const BEGIN_ERASING = `
  UPDATE auth_user SET status = 'erasing', updated_at = now() WHERE id = $1 AND app_id = $2 RETURNING id`;

/** $1 user, $2 app or null: any. Index: auth_user_pkey. */
export const APP_OF_USER = `SELECT app_id AS "appId" FROM auth_user WHERE id = $1 AND ($2::uuid IS NULL OR app_id = $2)`;

/** The app of a user who is gone. $1 person. Sequential: an operator asks again after the end of an erasure. */
export const APP_OF_ERASED = `SELECT app_id AS "appId" FROM data_request WHERE person = $1 ORDER BY id DESC LIMIT 1`;

/** Whether any is open. Index: data_request_open_due_at_idx. */
export const ANY_OPEN = `SELECT true FROM data_request WHERE state = 'open' LIMIT 1`;

/** Whether an archive has waited for long enough. Index: data_request_archive_idx. */
export const ANY_EXPIRED = `
  SELECT true FROM data_request WHERE kind = 'export' AND state = 'done' AND archive_expires_at < now() LIMIT 1`;

/** One whose services have all answered, every one that began included. Index: data_request_open_due_at_idx. */
export const READY = `
  SELECT ${REQUEST} FROM data_request r
  WHERE r.state = 'open'
    AND NOT EXISTS (
      SELECT FROM unnest(r.services) AS wanted (service)
      LEFT JOIN data_request_step s ON s.request_id = r.id AND s.service = wanted.service
      WHERE s.state IS DISTINCT FROM 'done')
    AND NOT EXISTS (SELECT FROM data_request_step s WHERE s.request_id = r.id AND s.state <> 'done')
  ORDER BY r.due_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED`;

/** $2 receipt, $3 its key, $4 days that an archive is kept, or null. Index: data_request_pkey. */
export const END_REQUEST = `
  UPDATE data_request SET state = 'done', user_id = NULL, ended_at = now(), receipt = $2, receipt_key = $3,
    archive_expires_at = now() + $4 * interval '1 day'
  WHERE id = $1`;

/** Index: auth_user_pkey. */
export const DELETE_USER = `DELETE FROM auth_user WHERE id = $1 AND app_id = $2 AND status = 'erasing'`;

/**
 * Exports of a person who is erased, under way or ready; waits for slices that are being written. $1 app, $2 names of the person.
 * Index: data_request_app_id_person_id_idx.
 */
export const END_EXPORTS = `
  UPDATE data_request SET state = 'expired', user_id = NULL, ended_at = coalesce(ended_at, now()), link_hash = NULL
  WHERE app_id = $1 AND person = ANY ($2::text[]) AND kind = 'export' AND state <> 'expired'
  RETURNING id`;

/** What is there of ended exports, in a statement of its own: it sees what the one before waited for. $1 requests. Index: export_part_pkey. */
export const DROP_PARTS = `DELETE FROM export_part WHERE request_id = ANY ($1::uuid[])`;

/** What services did not finish of them. $1 requests. Index: data_request_step_pkey. */
export const DROP_STEPS = `DELETE FROM data_request_step WHERE request_id = ANY ($1::uuid[]) AND state = 'under_way'`;

/** Whoever asks for the person's data next waits for this transaction. $1 app, $2 person. */
export const ASK_IN_TURN = `SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))`;

/** Indexes: data_request_archive_idx, export_part_pkey. */
export const EXPIRE_ARCHIVES = `
  WITH gone AS (
    UPDATE data_request SET state = 'expired', link_hash = NULL
    WHERE kind = 'export' AND state = 'done' AND archive_expires_at < now()
    RETURNING id
  )
  DELETE FROM export_part WHERE request_id IN (SELECT id FROM gone)`;

/** Those that became overdue since the last look. Index: data_request_open_due_at_idx. */
export const TELL_OVERDUE = `
  UPDATE data_request r SET overdue_told_at = now()
  WHERE r.id IN (
    SELECT id FROM data_request WHERE state = 'open' AND due_at < now() AND overdue_told_at IS NULL LIMIT 50 FOR UPDATE SKIP LOCKED)
  RETURNING r.id AS "requestId", r.app_id AS "appId", r.kind, r.user_id AS "userId",
    ARRAY (
      SELECT wanted.service FROM unnest(r.services) AS wanted (service)
      LEFT JOIN data_request_step s ON s.request_id = r.id AND s.service = wanted.service
      WHERE s.state IS DISTINCT FROM 'done') AS services`;

/** For the gauges. Index: data_request_open_due_at_idx. */
export const COUNT_OPEN = `
  SELECT kind, count(*)::int AS open, count(*) FILTER (WHERE due_at < now())::int AS overdue
  FROM data_request WHERE state = 'open' GROUP BY kind`;

/** $1 request, $2 hash, $3 minutes. Index: data_request_pkey. */
export const MAKE_LINK = `
  UPDATE data_request SET link_hash = $2, link_expires_at = now() + $3 * interval '1 minute'
  WHERE id = $1 AND kind = 'export' AND state = 'done' AND archive_expires_at > now()
  RETURNING link_expires_at AS "expiresAt"`;

/** Good once. Index: data_request_link_hash_key. */
export const USE_LINK = `
  WITH used AS (
    UPDATE data_request SET link_hash = NULL
    WHERE link_hash = $1 AND link_expires_at > now() AND state = 'done' AND archive_expires_at > now()
    RETURNING id
  )
  SELECT ${REQUEST} FROM data_request r JOIN used USING (id)`;
