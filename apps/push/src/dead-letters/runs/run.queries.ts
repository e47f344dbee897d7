import { LOCKED, MATCHES } from '../dead-letter.queries.js';

const COLUMNS = `id, app_id AS "appId", action, provider, lane, reason, per_second AS "perSecond", note, started_by AS "startedBy", state,
  letters, done, cursor, started_at AS "startedAt", ended_at AS "endedAt"`;

/**
 * Nothing comes of it when there is a run of this id, or one of the same letters is under way. $1 id, $2 app, $3 action, $4 provider,
 * $5 lane, $6 reason, $7 per second, $8 note, $9 by whom, $10 letters. Indexes: dead_letter_run_pkey, dead_letter_run_running_idx.
 */
export const START = `
  INSERT INTO dead_letter_run (id, app_id, action, provider, lane, reason, per_second, note, started_by, letters)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`;

/** $1 id, $2 app or null. Index: dead_letter_run_pkey. */
export const FIND = `SELECT ${COLUMNS} FROM dead_letter_run WHERE id = $1 AND ($2::uuid IS NULL OR app_id = $2)`;

/** The run of these letters that is under way. $1 app, $2 action, $3 provider, $4 lane, $5 reason. Index: dead_letter_run_running_idx. */
export const SAME_UNDER_WAY = `
  SELECT ${COLUMNS} FROM dead_letter_run
  WHERE state = 'running' AND app_id = $1 AND action = $2 AND provider IS NOT DISTINCT FROM $3::text
    AND lane IS NOT DISTINCT FROM $4::text AND reason IS NOT DISTINCT FROM $5::text`;

/** The newest first. $1 app or null, $2 before this id, $3 how many. Index: dead_letter_run_pkey or dead_letter_run_app_id_id_idx. */
export const LIST_RUNS = `
  SELECT ${COLUMNS} FROM dead_letter_run
  WHERE ($1::uuid IS NULL OR app_id = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

/** Whether any is under way. Index: dead_letter_run_running_idx, which has hardly a row. */
export const ANY_UNDER_WAY = `SELECT true FROM dead_letter_run WHERE state = 'running' LIMIT 1`;

/**
 * The run whose turn is next, and in how many milliseconds that is; what another process has in hand is none of ours. $1 but these.
 * Index: dead_letter_run_running_idx. The lock is what a lease is elsewhere: it ends with the connection of whoever died.
 */
export const TAKE_NEXT = `
  SELECT ${COLUMNS}, greatest(0, extract(epoch FROM next_at - clock_timestamp()) * 1000)::float8 AS "dueInMs" FROM dead_letter_run
  WHERE state = 'running' AND id <> ALL ($1::uuid[]) ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`;

/**
 * The next letters of a run, locked. $6 how many, $7 behind this one, $8 those that died until then. What somebody else has in hand is
 * looked at again in another pass. Index: dead_letter_open_group_idx for a group, dead_letter_app_id_id_idx for several.
 */
export const LOCK_NEXT_LETTERS = `
  SELECT ${LOCKED} FROM dead_letter l WHERE l.resolution IS NULL AND ${MATCHES} AND l.id > $7::uuid AND l.died_at <= $8
  ORDER BY l.id LIMIT $6 FOR UPDATE SKIP LOCKED`;

/** Whether a letter of a run is open; $6 those that died until then. Indexes: as above. */
export const ANY_LEFT = `
  SELECT FROM dead_letter l WHERE l.resolution IS NULL AND ${MATCHES} AND l.died_at <= $6 LIMIT 1`;

/**
 * $1 run, $2 how many were done, $3 the last of them, $4 milliseconds until the next slice. A slice that is late makes up for it within
 * the time of one slice, and what is later than that is lost. Index: dead_letter_run_pkey.
 */
export const MOVE_ON = `
  UPDATE dead_letter_run SET done = done + $2, cursor = $3,
    next_at = greatest(next_at + $4::float8 * interval '1 millisecond', clock_timestamp())
  WHERE id = $1`;

/** $1 run, $2 as what. The row is locked by the caller, or waited for. Index: dead_letter_run_pkey. */
export const END_RUN = `
  UPDATE dead_letter_run SET state = $2, ended_at = clock_timestamp() WHERE id = $1 AND state = 'running' RETURNING ${COLUMNS}`;

/** $1 the first id that is still kept. Index: dead_letter_run_pkey. */
export const DROP_OLD_RUNS = `DELETE FROM dead_letter_run WHERE id < $1::uuid AND state <> 'running'`;
