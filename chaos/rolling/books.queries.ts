/** All of it, once, after a run. */
export const OWED = `
  SELECT ((SELECT count(*) FROM push_work) + (SELECT count(*) FROM payments_work) + (SELECT count(*) FROM stripe_inbox)
    + (SELECT count(*) FROM events_work))::int AS owed`;

export const SENT_EVENTS = `SELECT id::text AS id FROM event_log WHERE type = 'delivery.sent'`;

/** How often each of Stripe's events is there, and whether somebody decided what it means. */
export const STRIPE_EVENTS = `
  SELECT e.event_id AS id, count(*)::int AS times, bool_and(d.event IS NOT NULL) AS "isDecided"
  FROM stripe_event e LEFT JOIN stripe_decision d ON d.event = e.id GROUP BY 1`;

/** Bytes since the cluster was made. */
export const WAL_POSITION = `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS position`;
