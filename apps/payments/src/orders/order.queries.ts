import { outcomeQueries } from '../outcomes/outcome.queries.js';

const OPERATION = `
  id, app_id AS "appId", order_id AS "orderId", payment_id AS "paymentId", gateway, kind, key, request, state, outcome`;

const PAYMENT_FIELDS = `
  id, app_id AS "appId", gateway, account, gateway_ref AS "gatewayRef", order_id AS "orderId", user_id AS "userId", livemode,
  amount::float8 AS amount, currency, capture`;

/** Index: payment_order_pkey. */
export const MAKE_ORDER = `
  INSERT INTO payment_order (app_id, order_id, amount, currency, user_id, live_payment) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (app_id, order_id) DO NOTHING`;

/** The lock that makes everything about an order serial. Index: payment_order_pkey. */
export const LOCK_ORDER = `
  SELECT order_id AS "orderId", amount::float8 AS amount, currency, user_id AS "userId", live_payment AS "livePayment", operation
  FROM payment_order WHERE app_id = $1 AND order_id = $2 FOR UPDATE`;

/** Index: payment_idem_pkey. */
export const EARLIER_USE = `
  SELECT request_hash AS "requestHash", payment_id AS "paymentId", operation FROM payment_idem
  WHERE k = $1 AND expires_at > now()`;

/** An expired key is taken over. Index: payment_idem_pkey. */
export const USE_KEY = `
  INSERT INTO payment_idem AS held (k, request_hash, payment_id, operation, expires_at)
  VALUES ($1, $2, $3, $4, now() + interval '30 days')
  ON CONFLICT (k) DO UPDATE
    SET request_hash = excluded.request_hash, payment_id = excluded.payment_id, operation = excluded.operation,
      expires_at = excluded.expires_at
    WHERE held.expires_at <= now()
  RETURNING 1`;

/** Nothing came of it: whoever sends the key again begins anew. Index: payment_idem_operation_idx. */
export const FREE_KEY = `
  DELETE FROM payment_idem WHERE operation = $1`;

/** Index: payment_pkey. */
export const ORDERED_PAYMENT = `
  SELECT ${PAYMENT_FIELDS} FROM payment WHERE id = $1 AND app_id = $2`;

export const MAKE_PAYMENT = `
  INSERT INTO payment (id, app_id, gateway, account, order_id, user_id, livemode, amount, currency, capture)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

/** What we saw of it ourselves. Index: payment_pkey. */
export const SEE_PAYMENT = `
  UPDATE payment SET known = $2, known_at = now(), gateway_ref = coalesce(gateway_ref, $3),
    object_key = coalesce(object_key, $4)
  WHERE id = $1`;

/** A payment that never came to be. Index: payment_pkey. */
export const FORGET_PAYMENT = `
  DELETE FROM payment WHERE id = $1 AND gateway_ref IS NULL`;

/** Index: payment_operation_pkey. */
export const OPERATION_BY_ID = `
  SELECT ${OPERATION} FROM payment_operation WHERE id = $1`;

/** $9 seconds after which the janitor looks at it, should nobody have ended it by then. */
export const MAKE_OPERATION = `
  INSERT INTO payment_operation (id, app_id, order_id, payment_id, gateway, kind, key, request, state, settle_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', now() + $9 * interval '1 s')`;

/** Index: payment_order_pkey. */
export const BEGIN_ON_ORDER = `
  UPDATE payment_order SET operation = $3, live_payment = $4, amount = $5, currency = $6, user_id = coalesce(user_id, $7)
  WHERE app_id = $1 AND order_id = $2`;

/**
 * The end of an operation, once: whoever comes second finds it ended. $4: also if the janitor has begun to ask, who may be making
 * the call again at this moment. Index: payment_operation_pkey.
 */
export const END_OPERATION = `
  UPDATE payment_operation SET state = $2, outcome = $3, ended_at = now(), settle_at = NULL
  WHERE id = $1 AND state IN ('running', 'unknown') AND ($4 OR asked = 0)
  RETURNING 1`;

export const UNSETTLED = outcomeQueries('payment_operation', OPERATION);
export const OUTCOME_UNKNOWN = UNSETTLED.later;

/** Others may touch it again. $4: whether its payment takes no money any more. Index: payment_order_pkey. */
export const LEAVE_ORDER = `
  UPDATE payment_order
  SET operation = CASE WHEN operation = $3 THEN NULL ELSE operation END,
    live_payment = CASE WHEN $4 AND live_payment = $5 THEN NULL ELSE live_payment END
  WHERE app_id = $1 AND order_id = $2`;

/** A payment was seen to be over. $4 the key that was sent when it was. Indexes: payment_order_pkey, payment_idem_pkey. */
export const PAYMENT_OVER = `
  WITH freed AS (
    DELETE FROM payment_idem WHERE k = $4 AND payment_id = $3
  )
  UPDATE payment_order SET live_payment = NULL
  WHERE app_id = $1 AND order_id = $2 AND live_payment = $3 AND operation IS NULL`;

/** A slice of expired keys. Sequential until a slice is full, then payment_idem_pkey. */
export const PURGE_KEYS = `
  DELETE FROM payment_idem
  WHERE k IN (SELECT k FROM payment_idem WHERE expires_at < now() LIMIT $1) AND expires_at < now()`;
