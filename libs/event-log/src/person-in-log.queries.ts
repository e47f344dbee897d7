/**
 * Facts that name a person: $1 behind this id, $2 rows to look at, $3 app, $4 types, $5 ids of the user, $6 names of the user's
 * things (installations, devices). Primary key, the partitions from that day on; bounded as READ_FEED is. The first row is always there.
 */
export const FIND_PERSON = `
  WITH slice AS MATERIALIZED (
    SELECT id, app_id, type, subject, payload, content, dek_id FROM event_log WHERE id > $1::uuid ORDER BY id LIMIT $2
  ), matching AS (
    SELECT * FROM slice WHERE app_id = $3 AND type = ANY ($4::text[]) AND (
      payload ->> 'userId' = ANY ($5::text[]) OR payload -> 'to' ->> 'userId' = ANY ($5)
      OR payload -> 'to' -> 'userIds' ?| $5 OR payload -> 'withoutDevice' ?| $5 OR payload -> 'onlySuspect' ?| $5
      OR payload ->> 'installationId' = ANY ($6::text[]) OR payload -> 'to' ->> 'installationId' = ANY ($6)
      OR payload ->> 'deviceId' = ANY ($6))
  )
  SELECT (SELECT count(*)::int FROM slice) AS looked_at, (SELECT max(id::text)::uuid FROM slice) AS end_id,
    matching.id, matching.type, matching.subject, matching.payload, matching.content, matching.dek_id AS "dekId"
  FROM (VALUES (1)) AS always (one)
  LEFT JOIN matching ON true
  ORDER BY matching.id`;

/** Names the erasure for which the trigger event_log_append_only lets this transaction take data out of rows. */
export const NAME_ERASURE = `SELECT set_config('signalbox.erasure', $1, true)`;

/** $1 ids, $2 payloads, $3 whether content goes, too; $4, $5 the least and the greatest id, which prune the partitions. Primary key. */
export const REDACT = `
  UPDATE event_log SET payload = r.payload,
    content = CASE WHEN r.emptied THEN NULL ELSE event_log.content END,
    dek_id = CASE WHEN r.emptied THEN NULL ELSE event_log.dek_id END
  FROM unnest($1::uuid[], $2::jsonb[], $3::boolean[]) AS r (id, payload, emptied)
  WHERE event_log.id = r.id AND event_log.id BETWEEN $4::uuid AND $5::uuid`;
