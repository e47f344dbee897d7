import { stancesAgainstWebhooks } from '@signalbox/database';

/**
 * $1 endpoint. `isOff`: a flag of some process stops webhooks of its app. `openMs` says how long its breaker stays open: null when it is closed, 0 or less when a probe is due.
 * Indexes: webhook_endpoint_pkey, app_pkey; sequential over the flags that are off, which are few.
 */
export const ENDPOINT_TO_POST_TO = `
  SELECT e.id, e.app_id AS "appId", e.url, e.enabled, a.mode, (extract(epoch FROM e.open_until - now()) * 1000)::float8 AS "openMs",
    EXISTS (SELECT FROM ${stancesAgainstWebhooks('e.app_id')}) AS "isOff"
  FROM webhook_endpoint e JOIN app a ON a.id = e.app_id WHERE e.id = $1`;

/** $1 deliveries. Index: webhook_delivery_pkey. */
export const DELIVERIES_TO_POST = `
  SELECT id, event_id AS "eventId", attempt, round_start AS "roundStart" FROM webhook_delivery
  WHERE id = ANY ($1::uuid[]) AND state IN ('pending', 'retrying')`;

/** A probe that says nothing by then has died with its process. Longer than a post may take. */
const PROBE_LEASE = `interval '30 s'`;

/** Gives the probe of an endpoint to one caller; no row: somebody else has it. $1 endpoint. Index: webhook_endpoint_pkey. */
export const TAKE_PROBE = `
  UPDATE webhook_endpoint SET probe_lease = now() + ${PROBE_LEASE}
  WHERE id = $1 AND open_until <= now() AND coalesce(probe_lease, '-infinity') <= now()
  RETURNING id`;
