/** consumer_pkey. A new consumer begins at $2, $3 of generation $4; an old one keeps its place. */
export const REGISTER_CONSUMER = `
  INSERT INTO consumer (name, cursor_xid, cursor_id, generation) VALUES ($1, $2::xid8, $3, $4)
  ON CONFLICT (name) DO NOTHING`;

/** consumer_pkey. No row: another process is at it right now, and waiting for it would only hold a connection. */
export const LOCK_CONSUMER = `
  SELECT cursor_xid::text AS xid, cursor_id AS id, generation FROM consumer WHERE name = $1 FOR UPDATE SKIP LOCKED`;

/** consumer_pkey. */
export const ADVANCE_CONSUMER = `
  UPDATE consumer SET cursor_xid = $2::xid8, cursor_id = $3, generation = $4 WHERE name = $1`;

/** $1 id. Primary key, the partitions from that day on: the first transaction that wrote at or after this id. */
export const FIRST_XID_FROM = `SELECT min(xid)::text AS xid FROM event_log WHERE id >= $1`;
