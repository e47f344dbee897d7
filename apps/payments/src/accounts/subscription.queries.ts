import { outcomeQueries } from '../outcomes/outcome.queries.js';

const OPERATION = `
  id, app_id AS "appId", gateway, kind, key, state, request, outcome, ended_at AS "endedAt"`;

/**
 * Nothing is made while the key stands for something else, or something about the same is open. $10 seconds after which the
 * janitor looks at it, should nobody have ended it by then. Indexes: subscription_operation_k_key,
 * subscription_operation_fence_idx.
 */
export const BEGIN = `
  INSERT INTO subscription_operation (id, app_id, gateway, kind, about, key, k, request_hash, request, state, settle_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'running', now() + $10 * interval '1 s')
  ON CONFLICT DO NOTHING
  RETURNING ${OPERATION}`;

/** Index: subscription_operation_k_key. */
export const EARLIER = `
  SELECT ${OPERATION}, request_hash AS "requestHash" FROM subscription_operation WHERE k = $1`;

/** Index: subscription_operation_fence_idx. */
export const OPEN = `
  SELECT ${OPERATION} FROM subscription_operation WHERE app_id = $1 AND about = $2 AND settle_at IS NOT NULL`;

/**
 * The end, once: whoever comes second finds it ended. $4: whether the key is free again. $5: also if somebody else has asked the gateway for the same
 * meanwhile. Index: subscription_operation_pkey.
 */
export const END = `
  UPDATE subscription_operation
  SET state = $2, outcome = $3, ended_at = now(), settle_at = NULL, request = NULL, k = CASE WHEN $4 THEN NULL ELSE k END
  WHERE id = $1 AND state IN ('running', 'unknown') AND ($5 OR asked = 0)`;

export const UNSETTLED = outcomeQueries('subscription_operation', OPERATION);

/** Index: subscription_operation_pkey. */
export const BY_ID = `
  SELECT ${OPERATION} FROM subscription_operation WHERE id = $1`;

/** A slice of those whose key stands for nothing any more. Index: subscription_operation_ended_at_idx. */
export const PURGE = `
  DELETE FROM subscription_operation WHERE id IN (
    SELECT id FROM subscription_operation WHERE ended_at < now() - interval '30 days' LIMIT $1)`;

/** A user is named by the subscription itself, else by its customer. */
const SUBSCRIPTION = `
  SELECT o.object_id AS ref, o.livemode, o.state -> 'now' AS now, o.updated_at AS "asOf",
    coalesce(o.state -> 'now' ->> 'userId', nullif(c.user_id, '')) AS "userId"
  FROM stripe_object o
  LEFT JOIN stripe_customer c
    ON c.app_id = o.app_id AND c.account = o.account AND c.customer_id = o.state -> 'now' ->> 'customer'`;

/** Indexes: stripe_object_pkey, stripe_customer_pkey. */
export const ONE_SUBSCRIPTION = `
  ${SUBSCRIPTION}
  WHERE o.key = $1 AND o.object_type = 'subscription' AND o.state ? 'now'`;

/**
 * Indexes: stripe_object_subscription_user_idx, stripe_object_subscription_customer_idx,
 * stripe_customer_app_id_account_user_id_idx.
 */
export const SUBSCRIPTIONS_OF_USER = `
  ${SUBSCRIPTION}
  WHERE o.app_id = $1 AND o.object_type = 'subscription' AND (
    o.state -> 'now' ->> 'userId' = $2
    OR (o.state -> 'now' ->> 'customer' = ANY (ARRAY(
        SELECT customer_id FROM stripe_customer WHERE app_id = $1 AND account = '' AND user_id = $2))
      AND o.state -> 'now' ->> 'userId' IS NULL))
  ORDER BY o.updated_at DESC, o.object_id
  LIMIT $3`;
