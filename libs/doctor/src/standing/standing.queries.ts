/** Holds in force by provider and reason. Sequential over the holds, which are few; index: credential_pkey. */
export const HOLDS = `
  SELECT c.provider, h.reason, count(*)::int AS count, min(c.app_id::text) AS app, min(c.id::text) AS credential
  FROM hold h JOIN credential c ON c.id = h.credential_id WHERE h.until > now() GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 5`;

/** Open dead letters. dead_letter_open_group_idx. */
export const DEAD_LETTERS = `
  SELECT queue, reason, count(*)::int AS count, min(died_at) AS since FROM dead_letter WHERE resolution IS NULL
  GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 3`;

/** Sequential: one row for each credential that ever had a device deleted. */
export const TRIPPED_GUARDS = `
  SELECT credential_id AS credential, provider, tripped_at AS since FROM deletion_guard
  WHERE tripped_at IS NOT NULL ORDER BY tripped_at LIMIT 3`;

/** Calls about money whose outcome has been unknown for $1 seconds. payment_operation_settle_at_idx, subscription_operation_settle_at_idx. */
export const UNKNOWN_OUTCOMES = `
  SELECT count(*)::int AS count, min(id::text) AS example, extract(epoch FROM now() - min(started_at))::float8 AS seconds
  FROM (SELECT id, started_at FROM payment_operation WHERE settle_at IS NOT NULL AND state = 'unknown'
    UNION ALL SELECT id, started_at FROM subscription_operation WHERE settle_at IS NOT NULL AND state = 'unknown') AS unknown
  WHERE started_at < now() - $1 * interval '1 s'`;

/** Sequential: there are few sources. */
export const SILENT_SOURCES = `
  SELECT id, name FROM stripe_source s WHERE NOT EXISTS (
    SELECT FROM stripe_secret k WHERE k.source_id = s.id AND (k.not_after IS NULL OR k.not_after > now())) ORDER BY id LIMIT 3`;

/** Comparisons with Stripe's list that are late by $1 seconds, or ended in an error. Sequential: a few rows for each account. */
export const LATE_RECONCILIATION = `
  SELECT app_id AS app, account, slice, error, extract(epoch FROM now() - coalesce(ran_at, through))::float8 AS seconds
  FROM stripe_cursor WHERE error IS NOT NULL OR coalesce(ran_at, through) < now() - $1 * interval '1 s'
  ORDER BY coalesce(ran_at, through) LIMIT 3`;

/** Sequential over what waits, which is little, and the dead. */
export const DEAD_STRIPE_EVENTS = `SELECT count(*)::int AS count, min(event::text) AS example FROM stripe_inbox WHERE reason IS NOT NULL`;

/** Sequential: there are few endpoints. */
export const STILL_ENDPOINTS = `
  SELECT id, enabled, disabled_reason AS reason, open_until > now() AS open FROM webhook_endpoint
  WHERE NOT enabled OR open_until > now() ORDER BY id LIMIT 5`;

/** What ends within $1 days and has nothing in its place. Sequential over tables with few rows; api_key has one for each key ever made. */
export const ENDING_SOON = `
  SELECT 'API key' AS kind, id, app_id AS app, name, expires_at AS at FROM api_key
  WHERE revoked_at IS NULL AND expires_at BETWEEN now() AND now() + $1 * interval '1 day'
  UNION ALL
  SELECT 'signing secret of Stripe source', s.id, s.app_id, s.name, max(k.not_after)
  FROM stripe_source s JOIN stripe_secret k ON k.source_id = s.id
  GROUP BY s.id HAVING bool_and(k.not_after IS NOT NULL) AND max(k.not_after) BETWEEN now() AND now() + $1 * interval '1 day'
  ORDER BY at LIMIT 5`;
