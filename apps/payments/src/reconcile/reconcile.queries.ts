/** Whether all that is sent of an account (of the row `w`) is thin events. Index: stripe_source_app_id_id_idx. */
const SENDS_ONLY_THIN = `(
  SELECT bool_and(o.shape = 'thin') FROM stripe_source o
  WHERE o.app_id = w.app_id AND o.scope = CASE WHEN w.account = '' THEN 'account' ELSE 'connect' END) IS TRUE`;
const SLICES_OF = `CASE WHEN ${SENDS_ONLY_THIN} THEN $2::text[] ELSE $1::text[] END`;
/** Index: credential_app_id_provider_key. */
const HAS_KEY = `EXISTS (SELECT FROM credential k WHERE k.app_id = w.app_id AND k.provider = 'stripe')`;

/** How long a run may be silent, from one page to the next. */
const LEASE = `interval '20 s'`;

/**
 * A cursor for each slice of each account that has none yet: of every app with keys, and of every connected account that an
 * event came of. It begins when the app began to listen. $1 slices of snapshots, $2 of thin events.
 * Sequential over the few credentials; indexes stripe_event_pkey, account by account, stripe_cursor_pkey.
 */
export const MAKE_CURSORS = `
  WITH RECURSIVE keyed AS MATERIALIZED (
    SELECT app_id, created_at FROM credential WHERE provider = 'stripe'
  ), connected AS (
    SELECT app_id, (SELECT min(e.account) FROM stripe_event e WHERE e.app_id = keyed.app_id AND e.account > '') AS account FROM keyed
    UNION ALL
    SELECT app_id, (SELECT min(e.account) FROM stripe_event e WHERE e.app_id = connected.app_id AND e.account > connected.account)
    FROM connected WHERE account IS NOT NULL
  ), w AS (
    SELECT app_id, '' AS account FROM keyed UNION ALL SELECT app_id, account FROM connected WHERE account IS NOT NULL
  )
  INSERT INTO stripe_cursor (app_id, account, slice, through)
  SELECT w.app_id, w.account, s.slice,
    least(keyed.created_at, (SELECT min(o.created_at) FROM stripe_source o WHERE o.app_id = w.app_id))
  FROM w JOIN keyed USING (app_id) CROSS JOIN LATERAL unnest(${SLICES_OF}) AS s (slice)
  WHERE NOT EXISTS (SELECT FROM stripe_cursor c WHERE (c.app_id, c.account, c.slice) = (w.app_id, w.account, s.slice))
  ON CONFLICT (app_id, account, slice) DO NOTHING`;

/**
 * Leases the cursor that has waited longest. A lease in the future is somebody's run, or the time before which a failed one is
 * not repeated. $1, $2 as above, $3 milliseconds from one run to the next, $4 the beginning of this round: what was run in it is
 * not run again. Sequential over the cursors, a few for each account.
 */
export const CLAIM_CURSOR = `
  WITH due AS (
    SELECT app_id, account, slice FROM stripe_cursor w
    WHERE coalesce(lease_until, '-infinity') < now() AND coalesce(ran_at, '-infinity') <= least($4::timestamptz, now() - $3::float8 * interval '1 ms')
      AND slice = ANY (${SLICES_OF}) AND ${HAS_KEY}
    ORDER BY ran_at NULLS FIRST, through LIMIT 1 FOR UPDATE OF w SKIP LOCKED
  )
  UPDATE stripe_cursor c SET lease_until = now() + ${LEASE} FROM due
  WHERE (c.app_id, c.account, c.slice) = (due.app_id, due.account, due.slice)
  RETURNING c.app_id AS "appId", c.account, c.slice, c.through, c.ran_at AS "ranAt", c.lease_until::text AS token, now() AS now`;

/** Whoever lost the lease changes nothing. $1 app, $2 account, $3 slice, $4 token. Index: stripe_cursor_pkey. */
const HELD = `app_id = $1 AND account = $2 AND slice = $3 AND lease_until = $4::timestamptz`;

/** $5: everything created before is known, in seconds since 1970, or null. */
export const ADVANCE_CURSOR = `
  UPDATE stripe_cursor SET through = greatest(through, to_timestamp($5::float8)), lease_until = now() + ${LEASE}
  WHERE ${HELD} RETURNING lease_until::text AS token`;

/** A complete run. $5 as above, $6 events found missing. */
export const FINISH_CURSOR = `
  UPDATE stripe_cursor SET through = greatest(through, to_timestamp($5::float8)), ran_at = now(), lease_until = NULL,
    error = NULL, found = found + $6
  WHERE ${HELD}`;

/** A run that stopped: the last successful one stays what it was. $5 milliseconds, $6 why. */
export const POSTPONE_CURSOR = `
  UPDATE stripe_cursor SET lease_until = now() + $5::float8 * interval '1 ms', error = $6 WHERE ${HELD}`;

/**
 * Which of these events are here. "found": an earlier run brought it, after the last complete one ($4), and nobody has told of
 * it. $1 app, $2 account, $3 Stripe's ids. Index: stripe_event_pkey.
 */
export const KNOWN_EVENTS = `
  SELECT event_id AS "eventId", created, via = 'reconciler' AND received_at > coalesce($4::timestamptz, '-infinity') AS found
  FROM stripe_event WHERE app_id = $1 AND account = $2 AND event_id = ANY ($3::text[])`;

/** Seconds since the last complete run of an app's stalest cursor. $1, $2 slices as above. Sequential over the cursors. */
export const AGES = `
  SELECT app_id AS "appId", extract(epoch FROM now() - min(coalesce(ran_at, through)))::float8 AS seconds
  FROM stripe_cursor w WHERE slice = ANY (${SLICES_OF}) AND ${HAS_KEY} GROUP BY app_id`;

/** The database's clock: the other times here are its own. */
export const CLOCK = `SELECT now()::text AS now`;
