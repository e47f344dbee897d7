/**
 * Index: push_work_root_id_idx. The lock that routing takes too. When routing wins, the row is gone once the lock is
 * free, and nothing is found.
 */
export const LOCK_UNROUTED = `
  SELECT id FROM push_work
  WHERE root_id = $1 AND queue LIKE 'push.route.%' AND items @> jsonb_build_array(jsonb_build_object('n', $2::text))
  FOR UPDATE`;

/** Index: push_work_pkey. */
export const DROP_ITEM = `
  UPDATE push_work SET items = (
    SELECT coalesce(jsonb_agg(item), '[]') FROM jsonb_array_elements(items) AS item WHERE item ->> 'n' <> $2)
  WHERE id = $1 RETURNING jsonb_array_length(items) AS left`;

/** Index: push_work_pkey. */
export const DROP_EMPTY_WORK = `DELETE FROM push_work WHERE id = $1 AND jsonb_array_length(items) = 0`;
