/**
 * What is known about some subjects. Index: event_log_subject_id_idx; the bound on id prunes the days before.
 * $1 subjects, $2 types, $3 from this id on.
 */
export const STORIES = `
  SELECT id, app_id AS "appId", type, subject, payload AS data FROM event_log
  WHERE subject = ANY ($1::text[]) AND type = ANY ($2::text[]) AND id >= $3 ORDER BY id`;

/**
 * Of each user's active devices that said a locale, the one that was seen last. $1 apps, $2 users.
 * Index: device_active_of_user_idx.
 */
export const WHEREABOUTS = `
  SELECT asked.app AS "appId", asked."user" AS "userId", newest.locale, newest.time_zone AS "timeZone"
  FROM (SELECT DISTINCT app, "user" FROM unnest($1::uuid[], $2::text[]) AS a (app, "user")) AS asked
  CROSS JOIN LATERAL (
    SELECT locale, time_zone FROM device d
    WHERE d.app_id = asked.app AND d.user_id = asked."user" AND d.status = 'active' AND d.locale IS NOT NULL
    ORDER BY d.last_seen_at DESC, d.id DESC LIMIT 1) AS newest`;

/** The encrypted parts of some facts. Index: event_log_pkey; the bounds on id prune the partitions. $1 ids, $2 the least, $3 the greatest. */
export const CONTENTS = `
  SELECT id, app_id AS "appId", content, dek_id AS "dekId" FROM event_log
  WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid AND content IS NOT NULL AND dek_id IS NOT NULL`;
