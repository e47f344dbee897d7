/**
 * For each consumer how long the oldest event it has not read has been readable: event_log_xid_id_idx of each partition, one
 * probe. `foreign`: its place is of an earlier life of the log, and it finds it anew.
 */
export const CONSUMERS = `
  SELECT c.name, c.generation <> g.generation AS foreign,
    (SELECT extract(epoch FROM now() - e.at)::float8 FROM event_log e
      WHERE (e.xid, e.id) > (c.cursor_xid, c.cursor_id) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY e.xid, e.id LIMIT 1) AS "behindSeconds"
  FROM consumer c CROSS JOIN feed_generation g ORDER BY c.name`;

/** Whether there are events of transactions that this server has not had yet. event_log_xid_id_idx backwards, one probe a partition. */
export const FROM_ANOTHER_CLUSTER = `
  SELECT coalesce((SELECT xid FROM event_log ORDER BY xid DESC, id DESC LIMIT 1) >= pg_snapshot_xmax(pg_current_snapshot()), false) AS ahead`;
