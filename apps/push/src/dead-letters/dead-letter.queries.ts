const COLUMNS = `l.id, l.app_id AS "appId", l.notification_id AS "notificationId", l.device_id AS "deviceId", l.provider, l.lane,
  l.reason, l.attempt, d.raw, l.died_at AS "diedAt", l.resolution, l.resolved_at AS "resolvedAt", l.replay_id AS "replayId", l.note`;

/** Which letters are meant: $1 app, $2 provider, $3 lane, $4 reason, $5 queue; null means any. */
export const MATCHES = `($1::uuid IS NULL OR l.app_id = $1) AND ($2::text IS NULL OR l.provider = $2)
  AND ($3::text IS NULL OR l.lane = $3) AND ($4::text IS NULL OR l.reason = $4)
  AND ($5::text IS NULL OR l.queue = $5)`;

/**
 * One page in the order of ids, which is that of the notifications. $6 state, $7 behind this id, $8 how many.
 * Indexes: dead_letter_pkey or dead_letter_app_id_id_idx; delivery_pkey.
 */
export const LIST = `
  SELECT ${COLUMNS} FROM dead_letter l LEFT JOIN delivery d ON d.id = l.id
  WHERE ${MATCHES} AND coalesce(l.resolution, 'open') = $6 AND l.id > $7::uuid
  ORDER BY l.id LIMIT $8`;

/** $1 app or null, $2 id. Indexes: dead_letter_pkey, delivery_pkey. */
export const ONE = `
  SELECT ${COLUMNS} FROM dead_letter l LEFT JOIN delivery d ON d.id = l.id
  WHERE l.id = $2 AND ($1::uuid IS NULL OR l.app_id = $1)`;

/** The open letters of group `g`. */
const OPEN_OF_GROUP = `FROM dead_letter l WHERE l.resolution IS NULL AND l.queue = g.queue AND l.reason = g.reason AND l.app_id = g.app_id`;

/** One letter of group `g`: the first. Index: dead_letter_open_group_idx. */
const EXAMPLE = `
  SELECT l.id, l.provider, l.lane ${OPEN_OF_GROUP} ORDER BY l.id LIMIT 1`;

/**
 * $1 app or null. Index: dead_letter_open_age_idx, in which it goes from one group to the next, counts the entries of each, and finds the
 * oldest and the newest at its ends. Of 100,000 letters that takes an eighth of what reading and sorting them into groups did.
 */
export const GROUPS = `
  WITH RECURSIVE g AS (
    (SELECT queue, reason, app_id FROM dead_letter WHERE resolution IS NULL ORDER BY queue, reason, app_id LIMIT 1)
    UNION ALL
    SELECT next.* FROM g CROSS JOIN LATERAL (
      SELECT queue, reason, app_id FROM dead_letter
      WHERE resolution IS NULL AND (queue, reason, app_id) > (g.queue, g.reason, g.app_id)
      ORDER BY queue, reason, app_id LIMIT 1) next
  )
  SELECT g.queue, g.reason, g.app_id AS "appId", e.provider, e.lane, (SELECT count(*)::int ${OPEN_OF_GROUP}) AS count,
    (SELECT min(l.died_at) ${OPEN_OF_GROUP}) AS "oldestAt", (SELECT max(l.died_at) ${OPEN_OF_GROUP}) AS "newestAt", e.id AS "exampleId"
  FROM g CROSS JOIN LATERAL (${EXAMPLE}) e
  WHERE $1::uuid IS NULL OR g.app_id = $1
  ORDER BY count DESC, g.queue, g.reason, g.app_id`;

/**
 * The same for the board of operators, with one answer of each. $1 queues. Reads the open letters of these, by
 * dead_letter_open_group_idx or as they lie; indexes: that, delivery_pkey. The answer is asked for
 * by itself: joined, it was searched for among all deliveries that there are.
 */
export const GROUPS_WITH_ANSWER = `
  SELECT g.queue, g.app_id AS "appId", g.credential_id AS "credentialId", e.provider, e.lane, g.reason, g.count,
    g.oldest AS "oldestAt", (SELECT d.raw FROM delivery d WHERE d.id = e.id) AS answer
  FROM (
    SELECT queue, reason, app_id, credential_id, count(*)::int AS count, min(died_at) AS oldest
    FROM dead_letter WHERE resolution IS NULL AND queue = ANY ($1::text[]) GROUP BY queue, reason, app_id, credential_id
  ) g CROSS JOIN LATERAL (${EXAMPLE}) e`;

/** Open letters that match. Index: dead_letter_open_group_idx. */
export const COUNT_OPEN = `SELECT count(*)::int AS count FROM dead_letter l WHERE l.resolution IS NULL AND ${MATCHES}`;

export const LOCKED = `l.id, l.app_id AS "appId", l.credential_id AS "credentialId", l.notification_id AS "notificationId",
  l.device_id AS "deviceId", l.root_id AS "rootId", l.provider, l.queue, l.lane, l.reason,
  l.user_id AS "userId"`;

/** Locks the next $6 open letters; those that another caller has in hand are his. Index: dead_letter_open_group_idx. */
export const LOCK_OPEN = `
  SELECT ${LOCKED} FROM dead_letter l WHERE l.resolution IS NULL AND ${MATCHES}
  ORDER BY l.id LIMIT $6 FOR UPDATE SKIP LOCKED`;

/** Locks those of the named letters ($2) that are open. Waits for another caller, to know what he did. Index: dead_letter_pkey. */
export const LOCK_NAMED = `
  SELECT ${LOCKED} FROM dead_letter l
  WHERE l.resolution IS NULL AND ($1::uuid IS NULL OR l.app_id = $1) AND l.id = ANY ($2::uuid[])
  ORDER BY l.id FOR UPDATE`;

/** $1 letters, $2 their replays, which know whom they are for. The rows are locked by the caller. Index: dead_letter_pkey. */
export const MARK_REPLAYED = `
  UPDATE dead_letter l SET resolution = 'replayed', resolved_at = now(), replay_id = r.replay_id, user_id = NULL
  FROM unnest($1::uuid[], $2::uuid[]) AS r (id, replay_id) WHERE l.id = r.id`;

/** $1 letters, $2 why. The rows are locked by the caller. Index: dead_letter_pkey. */
export const MARK_DISCARDED = `
  UPDATE dead_letter SET resolution = 'discarded', resolved_at = now(), note = $2, user_id = NULL
  WHERE id = ANY ($1::uuid[])`;

/** $1 the first id that is still kept: a letter goes with its delivery. Index: dead_letter_pkey. */
export const DROP_OLD = `DELETE FROM dead_letter WHERE id < $1::uuid`;

/** Open letters by provider, for the gauge. Index: dead_letter_open_group_idx. */
export const COUNT_BY_QUEUE = `SELECT queue, count(*)::int AS count FROM dead_letter WHERE resolution IS NULL GROUP BY queue`;
