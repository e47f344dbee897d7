/** What was tried and is asked about again has a delivery, which would then never end: it is on its way, not waiting. */
const IS_UNTRIED = `coalesce((item ->> 'a')::int, 1) = 1`;

/**
 * Index: push_work_root_id_idx. The lock that routing takes too. When routing wins, the row is gone once the lock is
 * free, and it is not found. Several rows where parts were put off to different times; locked in the order of their ids.
 */
export const LOCK_UNROUTED = `
  SELECT id FROM push_work
  WHERE root_id = $1 AND queue LIKE 'push.route.%' AND items @> jsonb_build_array(jsonb_build_object('n', $2::text))
    AND EXISTS (SELECT FROM jsonb_array_elements(items) AS item WHERE item ->> 'n' = $2 AND ${IS_UNTRIED})
  ORDER BY id FOR UPDATE`;

/**
 * The rows in which something of one notification waits, under the same lock. Index: push_work_root_id_idx. No join: whoever waited for
 * the lock would see a row's items as they were before, copied out of it, and not as whoever had the lock left them.
 */
export const LOCK_WAITING = `
  SELECT id AS work, items FROM push_work
  WHERE root_id = $1 AND queue LIKE 'push.route.%' AND items @> jsonb_build_array(jsonb_build_object('n', $2::text))
  ORDER BY id FOR UPDATE`;

/** Index: push_work_pkey. */
export const DROP_ITEMS = `
  UPDATE push_work SET items = (
    SELECT coalesce(jsonb_agg(item), '[]') FROM jsonb_array_elements(items) AS item
    WHERE item ->> 'n' <> $2 OR NOT ${IS_UNTRIED})
  WHERE id = ANY ($1::uuid[])`;

/** Index: push_work_pkey. */
export const DROP_EMPTY_WORK = `DELETE FROM push_work WHERE id = ANY ($1::uuid[]) AND jsonb_array_length(items) = 0`;
