/** How late the oldest work that is due is, in seconds. Sequential over the small work table. */
export const HOW_LATE = `
  SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS seconds FROM push_work WHERE due_at < now()`;

/** As after twenty minutes in which no process made a check. All rows, which are few. */
export const SHIFT_CHECKS_BACK = `UPDATE synthetic_check SET due_at = now() - interval '20 min'`;

/** As an index that is made without CONCURRENTLY has it: reads go on. It is no write, so that the feed is not held back by it. */
export const KEEP_FROM_WRITING = `LOCK TABLE synthetic_check IN SHARE MODE`;
