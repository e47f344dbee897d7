/**
 * A service's part of requests, as the feed tells of them: once, and only while they are open; whoever ends one waits for this, or is
 * waited for. $1 requests, $2 service. Indexes: data_request_pkey, data_request_step_pkey.
 */
export const TAKE_UP = `
  INSERT INTO data_request_step (request_id, service)
  SELECT id, $2 FROM data_request WHERE id = ANY ($1::uuid[]) AND state = 'open' ORDER BY id FOR SHARE
  ON CONFLICT (request_id, service) DO NOTHING`;

const STEP = `
  s.request_id AS "requestId", r.requested_at AS "requestedAt", r.app_id AS "appId", r.kind, r.user_id AS "userId", r.pseudonym,
  s.place, s.known_as AS "knownAs", s.counts, s.kept, s.parts, s.tries`;

const DUE = `data_request_step s JOIN data_request r ON r.id = s.request_id
  WHERE s.service = $1 AND s.state = 'under_way' AND s.next_at <= now() AND r.state = 'open'`;

/** Whether a part waits. $1 service. Indexes: data_request_step_due_idx, data_request_pkey. */
export const ANY_STEP = `SELECT true FROM ${DUE} LIMIT 1`;

/**
 * The part that waits longest, unless another process is at it. The request stays open until the slice is written: an erasure that ends
 * an export waits for it. Nothing is waited for here, so neither order of these locks is a deadlock. $1 service. Indexes:
 * data_request_step_due_idx, data_request_pkey.
 */
export const NEXT_STEP = `
  SELECT ${STEP} FROM ${DUE}
  ORDER BY s.next_at LIMIT 1 FOR UPDATE OF s SKIP LOCKED FOR SHARE OF r SKIP LOCKED`;

/** $1 request, $2 service. Indexes: data_request_step_pkey, data_request_pkey. */
export const LOCK_STEP = `
  SELECT ${STEP} FROM data_request_step s JOIN data_request r ON r.id = s.request_id
  WHERE s.request_id = $1 AND s.service = $2 AND s.state = 'under_way' AND r.state = 'open' FOR UPDATE OF s`;

/** $1 request, $2 service, $3 names. Index: data_request_step_pkey. */
export const KEEP_NAMES = `UPDATE data_request_step SET known_as = $3 WHERE request_id = $1 AND service = $2`;

/**
 * Where it goes on. $3 place, $4 counts, $5 what was kept, $6 parts, $7 milliseconds to wait, $8 tries, $9 why. Index:
 * data_request_step_pkey.
 */
export const MOVE_ON = `
  UPDATE data_request_step SET place = $3, counts = $4, kept = $5, parts = $6,
    next_at = clock_timestamp() + $7 * interval '1 ms', tries = $8, reason = $9
  WHERE request_id = $1 AND service = $2`;

/** Nobody else takes it meanwhile. $3 milliseconds. Index: data_request_step_pkey. */
export const SET_ASIDE = `
  UPDATE data_request_step SET next_at = clock_timestamp() + $3 * interval '1 ms' WHERE request_id = $1 AND service = $2`;

/** It failed, and is tried again: $3 milliseconds, $4 why. Index: data_request_step_pkey. */
export const POSTPONE = `
  UPDATE data_request_step SET next_at = clock_timestamp() + $3 * interval '1 ms', tries = tries + 1, reason = $4
  WHERE request_id = $1 AND service = $2 AND state = 'under_way'`;

/** Index: data_request_step_pkey. */
export const END_STEP = `
  UPDATE data_request_step SET state = 'done', place = NULL, known_as = NULL, reason = NULL, ended_at = now()
  WHERE request_id = $1 AND service = $2`;

export const KEEP_PART = `
  INSERT INTO export_part (request_id, service, part, section, records, sealed) VALUES ($1, $2, $3, $4, $5, $6)`;

/** In the order in which they were collected. $1 request, $2 service, $3 behind this part, $4 how many. Index: export_part_pkey. */
export const PARTS = `
  SELECT part, section, records, sealed FROM export_part WHERE request_id = $1 AND service = $2 AND part > $3
  ORDER BY part LIMIT $4`;
