/** As one would have it, but for the room in its pages, which is there so that updates stay on them. */
export const MAKE_TABLE = `
  CREATE TABLE IF NOT EXISTS notification (
    id uuid PRIMARY KEY, payload jsonb, state text NOT NULL DEFAULT 'pending', at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 60)`;

/** Index: notification_pkey. */
export const INSERT_ONE = `INSERT INTO notification (id, payload) VALUES ($1, $2)`;

/** Index: notification_pkey. */
export const INSERT_TOGETHER = `INSERT INTO notification (id, payload) SELECT * FROM unnest($1::uuid[], $2::jsonb[])`;

/** Index: notification_pkey. */
export const INSERT_PENDING = `INSERT INTO notification (id) SELECT * FROM unnest($1::uuid[])`;

/** Index: notification_pkey. */
export const SETTLE_ONE = `UPDATE notification SET state = 'sent', at = now() WHERE id = $1`;

/** Sequential. */
export const COUNT_PENDING = `SELECT count(*)::int AS open FROM notification WHERE state = 'pending'`;

/** Sequential. */
export const COUNT_SENT = `SELECT count(*)::int AS sent FROM notification WHERE state = 'sent'`;

export const EMPTY = `TRUNCATE notification`;
