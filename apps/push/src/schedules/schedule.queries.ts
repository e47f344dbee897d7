/** Of one ScheduleRow. */
const COLUMNS = `id, app_id AS "appId", name, cron, time_zone AS "timeZone", start_at AS "startAt", end_at AS "endAt", "to", options,
  template, content, dek_id AS "dekId", state, next_at AS "nextAt", last_fired_at AS "lastFiredAt", updated_at AS "updatedAt",
  pacing`;

/** $1 app, $2 id. Index: schedule_pkey. */
export const SCHEDULE = `SELECT ${COLUMNS} FROM schedule WHERE id = $2 AND app_id = $1`;

/** The same, and changes of it run one after another, as does its firing. Index: schedule_pkey. */
export const LOCK_SCHEDULE = `${SCHEDULE} FOR UPDATE`;

/** $1 app, $2 behind this id, $3 how many. Index: schedule_app_id_id_idx. */
export const SCHEDULES = `SELECT ${COLUMNS} FROM schedule WHERE app_id = $1 AND id > $2 ORDER BY id LIMIT $3`;

/** Nothing where the app has one of this name. Index: schedule_app_id_name_key. */
export const ADD_SCHEDULE = `
  INSERT INTO schedule (id, app_id, name, cron, time_zone, start_at, end_at, "to", recipients, options, template, content, dek_id,
    state, next_at, pacing)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10::jsonb, $11::jsonb, $12, $13, $14, $15, $16::jsonb)
  ON CONFLICT (app_id, name) DO NOTHING
  RETURNING ${COLUMNS}`;

/** $1 id. Index: schedule_pkey. The caller holds its lock. */
export const CHANGE_SCHEDULE = `
  UPDATE schedule SET cron = $2, time_zone = $3, start_at = $4, end_at = $5, "to" = $6::jsonb, recipients = $7, options = $8::jsonb,
    template = $9::jsonb, content = $10, dek_id = $11, state = $12, next_at = $13, pacing = $14::jsonb,
    updated_at = now()
  WHERE id = $1 RETURNING ${COLUMNS}`;

/** $1 id. Index: schedule_pkey. */
export const DELETE_SCHEDULE = `DELETE FROM schedule WHERE id = $1`;

/** Whether anything is due. Index: schedule_due_idx. */
export const ANY_DUE = `SELECT true FROM schedule WHERE state = 'active' AND next_at <= now() LIMIT 1`;

/** What is due, and what time it is. $1 how many, $2 but these. Index: schedule_due_idx. SKIP LOCKED lets every process fire without a leader. */
export const TAKE_DUE = `
  SELECT ${COLUMNS}, now() AS now FROM schedule
  WHERE state = 'active' AND next_at <= now() AND id <> ALL ($2::uuid[]) ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED`;

/** $1 ids, $2 occurrences that were sent, $3 the next ones; without a next one it has ended. Index: schedule_pkey. */
export const MOVE_ON = `
  UPDATE schedule SET last_fired_at = coalesce(fired.at, last_fired_at), next_at = fired.next,
    state = CASE WHEN fired.next IS NULL THEN 'ended' ELSE state END
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS fired (id, at, next)
  WHERE schedule.id = fired.id`;

/** $1 app, $2 recipients, $3 behind this id, $4 how many. Index: schedule_recipients_idx. */
export const COLLECT_SCHEDULES = `
  SELECT ${COLUMNS} FROM schedule
  WHERE app_id = $1 AND recipients && $2::text[] AND id > $3 ORDER BY id LIMIT $4`;

/**
 * Deletes what is for these recipients alone, and takes them out of what is for others, too. $1 app, $2 recipients, $3 how many.
 * Index: schedule_recipients_idx. Nobody locks more than one schedule, but who fires, and that waits for none.
 */
export const ERASE_FROM_SCHEDULES = `
  WITH concerned AS MATERIALIZED (
    SELECT id, ARRAY(SELECT unnest(recipients) EXCEPT SELECT unnest($2::text[])) AS others
    FROM schedule WHERE app_id = $1 AND recipients && $2::text[] ORDER BY id LIMIT $3 FOR UPDATE
  ), gone AS (
    DELETE FROM schedule USING concerned c WHERE schedule.id = c.id AND cardinality(c.others) = 0
  ), kept AS (
    UPDATE schedule SET recipients = c.others, "to" = jsonb_build_object('userIds', to_jsonb(c.others))
    FROM concerned c WHERE schedule.id = c.id AND cardinality(c.others) > 0
  )
  SELECT id FROM concerned`;
