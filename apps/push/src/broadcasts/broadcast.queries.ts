import { stancesAgainst } from '@signalbox/database';
import { STANDS_STILL } from '../holds/hold.queries.js';

/** Of a BroadcastRow. */
const COLUMNS = `id, app_id AS "appId", state, audience, pacing, starts_at AS "startsAt", cursor, last_id AS "lastId",
  total::float8 AS total, taken::float8 AS taken, counted, delays, paced_from AS "pacedFrom", paced_taken::float8 AS "pacedTaken",
  paced_until AS "pacedUntil", waits_until AS "waitsUntil", waits_for AS "waitsFor", started_at AS "startedAt",
  handed_at AS "handedAt", ended_at AS "endedAt"`;

/** $1 id, $2 app, $3 state, $4 audience, $5 pacing, $6 when it starts. */
export const INSERT_BROADCAST = `
  INSERT INTO broadcast (id, app_id, state, audience, pacing, starts_at) VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6)`;

/** Those whose schedules are due, to start at once. $1 ids, $2 apps, $3 audiences, $4 pacings. */
export const INSERT_DUE_BROADCASTS = `
  INSERT INTO broadcast (id, app_id, state, audience, pacing)
  SELECT id, app_id, 'scheduled', audience, pacing
  FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::jsonb[]) AS due (id, app_id, audience, pacing)`;

/**
 * One idempotency key, as accepting notifications claims many. $1 key, $2 request hash, $3 the id that it stands for.
 * Index: idem_pkey.
 */
export const CLAIM_KEY = `
  INSERT INTO idem AS held (k, request_hash, result_id, expires_at) VALUES ($1, $2, $3, now() + interval '72 hours')
  ON CONFLICT (k) DO UPDATE
    SET request_hash = excluded.request_hash, result_id = excluded.result_id, expires_at = excluded.expires_at
    WHERE held.expires_at < now()
  RETURNING result_id`;

/** $1 id, $2 app. Index: broadcast_pkey. */
export const BROADCAST = `SELECT ${COLUMNS} FROM broadcast WHERE id = $1 AND app_id = $2`;

/** $1 id. Index: broadcast_pkey. */
export const APP_OF_BROADCAST = `SELECT app_id AS "appId" FROM broadcast WHERE id = $1`;

/** $1 app, $2 below this id (null: the newest), $3 how many. Index: broadcast_app_id_id_idx. */
export const BROADCASTS = `
  SELECT ${COLUMNS} FROM broadcast
  WHERE app_id = $1 AND id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY id DESC LIMIT $3`;

/** Index: broadcast_pkey. Whoever changes it has locked its work row before, if there is one. */
export const LOCK_BROADCAST = `SELECT ${COLUMNS} FROM broadcast WHERE id = $1 FOR UPDATE`;

/** Everything that steps and people change. $1 id, then in the order of `columnsOf`. Index: broadcast_pkey. */
export const UPDATE_BROADCAST = `
  UPDATE broadcast SET state = $2, cursor = $3, last_id = $4, total = $5, taken = $6, counted = $7::jsonb, delays = $8::jsonb,
    paced_from = $9, paced_taken = $10, paced_until = $11, waits_until = $12, waits_for = $13, started_at = $14, handed_at = $15,
    ended_at = $16
  WHERE id = $1`;

/**
 * How many others of an app share what its provider takes: those that run, and those that hand out whom they had put off. $1 app,
 * $2 behind this id, $3 the one that asks. Index: broadcast_app_id_id_idx, over a year of them at most.
 */
export const OTHERS_SHARE = `
  SELECT count(*)::int AS n FROM broadcast
  WHERE app_id = $1 AND id > $2::uuid AND id <> $3::uuid
    AND (state = 'running' OR state = 'draining' AND paced_until > now() - interval '1 minute')`;

/** How fast the last ones were that were handed out without hurry. Index: broadcast_app_id_id_idx. */
export const LAST_OF_APP = `
  SELECT ${COLUMNS} FROM broadcast WHERE app_id = $1 AND handed_at IS NOT NULL AND taken > 0 ORDER BY id DESC LIMIT 1`;

/**
 * How many rows of a broadcast wait for their turn at a provider: `open` are due, `held` wait for the end of a hold. A retry whose time has
 * not come is no reason to wait. $1 root. Indexes: push_work_root_id_idx, hold_pkey; 0.8 ms for 1,000 rows
 * that are held, beside 2,000 of phones that were put off, so it needs none of its own.
 */
export const ROWS_UNDER_WAY = `
  SELECT coalesce(sum(due) FILTER (WHERE NOT held), 0)::int AS open, coalesce(sum(every) FILTER (WHERE held), 0)::int AS held
  FROM (
    SELECT due, every, ${STANDS_STILL} AS held FROM (
      SELECT credential_id, lane, count(*) AS every, count(*) FILTER (WHERE due_at <= now()) AS due
      FROM push_work WHERE root_id = $1 AND credential_id IS NOT NULL GROUP BY credential_id, lane
    ) AS w
  ) AS of_credential`;

/**
 * Whether transactional work that nobody has begun yet, and that is not of the broadcast $2 itself, lies for longer than $1 milliseconds.
 * What was handed back waits for something else than a free worker, and what lies for an hour for another process. Sequential over the
 * small work table.
 */
export const OTHERS_WAIT = `
  SELECT FROM push_work
  WHERE lane = 'transactional' AND claims = 0 AND offer = 0 AND root_id <> $2
    AND due_at BETWEEN now() - interval '1 hour' AND now() - $1 * interval '1 ms'
  LIMIT 1`;

/** Which of these have work left. $1 broadcasts. Index: push_work_root_id_idx. */
export const OWING = `
  SELECT id FROM unnest($1::uuid[]) AS b (id) WHERE EXISTS (SELECT FROM push_work WHERE root_id = b.id)`;

/** When the next of what is still owed is due, steps in the queue $2 aside; null: nothing is. Index: push_work_root_id_idx. */
export const NEXT_OWED = `SELECT min(next_offer_at) AS next FROM push_work WHERE root_id = $1 AND queue <> $2`;

/** Adds items to a row that waits for its time; no row: its time has come. $1 row, $2 items. Index: push_work_pkey. */
export const ADD_ITEMS = `
  UPDATE push_work SET items = items || $2::jsonb WHERE id = $1 AND lease_until IS NULL AND due_at > now() RETURNING id`;

/** What is left of a row of phones; it got further, so its claims are forgotten. $1 row, $2 items. Index: push_work_pkey. The caller holds its lock. */
export const KEEP_REST = `UPDATE push_work SET items = $2::jsonb, claims = 1 WHERE id = $1`;

/** Rows of phones that were put off and whose time has come: they are due, or were handed back. */
const IN_LINE = `root_id = $1 AND queue LIKE 'push.route.%' AND (due_at <= now() OR offer > 0)`;

/** $1 root. Index: push_work_root_id_idx. */
export const ROWS_IN_LINE = `SELECT count(*)::int AS n FROM push_work WHERE ${IN_LINE}`;

/** $1 root. Index: push_work_root_id_idx. */
export const ANY_IN_LINE = `SELECT FROM push_work WHERE ${IN_LINE} LIMIT 1`;

/**
 * Makes rows due whose time had come before a pause kept them. $1 root. Index: push_work_root_id_idx. The offer loop finds them within
 * a second.
 */
export const HURRY_PUT_OFF = `
  UPDATE push_work SET due_at = least(due_at, now()), next_offer_at = now()
  WHERE root_id = $1 AND queue LIKE 'push.route.%' AND offer > 0 AND lease_until IS NULL`;

/** A step that is committed was no claim without progress. Index: push_work_pkey. The caller holds its lock. */
export const FORGET_CLAIMS = `UPDATE push_work SET claims = 1 WHERE id = $1`;

/** Ends its steps, or waits for the one under way to end. $1 root, $2 queue. Index: push_work_root_id_idx. */
export const DROP_STEPS = `DELETE FROM push_work WHERE root_id = $1 AND queue = $2`;

/** What was put off and never tried, in the order of ids. $1 root. Index: push_work_root_id_idx. */
export const LOCK_PUT_OFF = `SELECT id FROM push_work WHERE root_id = $1 AND queue LIKE 'push.route.%' ORDER BY id FOR UPDATE`;

/** How many items of these rows were never tried. Index: push_work_pkey. */
export const COUNT_UNTRIED = `
  SELECT count(*)::int AS n FROM push_work CROSS JOIN LATERAL jsonb_array_elements(items) AS item
  WHERE id = ANY ($1::uuid[]) AND coalesce((item ->> 'a')::int, 1) = 1`;

/** The active phone that registered last. $1 app. Index: device_active_idx, read from its end. */
export const NEWEST_PHONE = `SELECT id FROM device WHERE app_id = $1 AND status = 'active' ORDER BY id DESC LIMIT 1`;

/** Why no new broadcasts of an app are taken, where a flag of any process says so. $1 app. Sequential over the flags that are off, which are few. */
export const WHY_NOT_TAKEN = `
  SELECT CASE WHEN s.apps ? $1::text THEN s.apps -> $1::text ->> 'reason' ELSE s.reason END AS reason
  FROM ${stancesAgainst(`'broadcasts.accept'`, '$1')} ORDER BY s.since LIMIT 1`;
