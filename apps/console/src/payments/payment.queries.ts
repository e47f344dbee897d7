/** $1 a payment. Index: payment_pkey. */
export const PAYMENT = `
  SELECT id, app_id AS "appId", gateway, account, gateway_ref AS "gatewayRef", object_key AS "objectKey", user_id AS "userId",
    livemode, created_at AS "createdAt", order_id AS "orderId", amount::float8 AS amount, currency, known, known_at AS "knownAt"
  FROM payment WHERE id = $1`;

const FAILED_ATTEMPT = `object_type = 'charge' AND state -> 'now' ->> 'status' = 'failed'`;

const PART = `
    SELECT key, object_type AS "objectType", object_id AS "objectId", state, updated_at AS "updatedAt",
      row_number() OVER (ORDER BY object_type IN ('refund', 'dispute'), updated_at DESC)::int AS place
    FROM stripe_object WHERE payment_id = $1`;

/**
 * What the gateway knows of a payment: its intent, charges, refunds, disputes. $1 payment, $2 of these at most so many, first the
 * intent and the charges, then the newest; of attempts that failed as many by themselves: card testers make thousands. `place`: each one's
 * in its half. Index: stripe_object_payment_id_idx.
 */
export const OBJECTS_OF_PAYMENT = `
  SELECT * FROM (
    (${PART} AND (${FAILED_ATTEMPT}) IS NOT TRUE ORDER BY place LIMIT $2)
    UNION ALL
    (${PART} AND ${FAILED_ATTEMPT} ORDER BY place LIMIT $2)
  ) AS o ORDER BY "objectId"`;

/**
 * What was asked of the gateway, and its answer. $1 payment, $2 of these at most so many, first what is not over, then the newest. Index:
 * payment_operation_payment_id_id_idx.
 */
export const OPERATIONS = `
  SELECT id, kind, request, state, outcome, asked, settle_at AS "settleAt", started_at AS "startedAt", ended_at AS "endedAt"
  FROM payment_operation WHERE payment_id = $1 ORDER BY ended_at IS NOT NULL, id DESC LIMIT $2`;

/**
 * What the gateway told of some objects, newest first, and what was decided. $1 object keys, $2 at most so many, and no more are read of
 * an object. Indexes: stripe_event_object_key_id_idx, stripe_decision_pkey, stripe_inbox_pkey.
 */
export const GATEWAY_EVENTS = `
  SELECT e.id, e.event_id AS "gatewayEvent", e.type, e.object_id AS "objectId", e.via, e.shape, e.created AS "createdAt",
    e.received_at AS "receivedAt", d.decision, d.detail, i.event IS NOT NULL AS waits, i.reason, i.detail AS "deadDetail"
  FROM (
    SELECT of_object.* FROM unnest($1::uuid[]) AS o (key) CROSS JOIN LATERAL (
      SELECT id, object_key, event_id, type, object_id, via, shape, created, received_at FROM stripe_event
      WHERE object_key = o.key ORDER BY id DESC LIMIT $2
    ) of_object ORDER BY of_object.id DESC LIMIT $2
  ) e
  LEFT JOIN stripe_decision d ON d.event = e.id
  LEFT JOIN stripe_inbox i ON i.object_key = e.object_key AND i.event = e.id
  ORDER BY e.id DESC`;

/** What followed from events, a few of each. $1 object keys, $2 the events. Index: stripe_effect_pkey. */
export const EFFECTS = `
  SELECT effect, event, fact, at FROM stripe_effect WHERE object_key = ANY ($1::uuid[]) AND event = ANY ($2::uuid[]) ORDER BY at`;

/** The same at Braintree, the newest. $1 payment, $2 of these at most so many. Index: braintree_effect_pkey. */
export const BRAINTREE_EFFECTS = `
  SELECT effect, event, fact, at FROM braintree_effect WHERE payment_id = $1 ORDER BY at DESC LIMIT $2`;

/** Movements of money, the newest. $1 payment, $2 of these at most so many. Indexes: ledger_transaction_payment_id_id_idx, ledger_line_pkey. */
export const LEDGER = `
  SELECT t.id, t.kind, t.subject, t.created_at AS "createdAt", ARRAY (
    SELECT jsonb_build_object('account', l.ledger_account, 'currency', l.currency, 'amount', l.amount) FROM ledger_line l
    WHERE l.transaction_id = t.id ORDER BY l.position) AS lines
  FROM ledger_transaction t WHERE t.payment_id = $1 ORDER BY t.id DESC LIMIT $2`;

/** $1 object key. Index: stripe_object_pkey. */
export const STRIPE_OBJECT = `
  SELECT key, app_id AS "appId", account, object_type AS "objectType", object_id AS "objectId", livemode, state, deleted,
    payment_id AS "paymentId", updated_at AS "updatedAt"
  FROM stripe_object WHERE key = $1`;

/** An object that we were told of and keep nothing about. $1 object key. Index: stripe_event_object_key_id_idx. */
export const FIRST_TOLD = `
  SELECT app_id AS "appId", account, object_type AS "objectType", coalesce(object_id, event_id) AS "objectId", livemode
  FROM stripe_event WHERE object_key = $1 ORDER BY id LIMIT 1`;

/**
 * The accounts of all apps at Stripe: their own, and those that are connected. Indexes: app_pkey and stripe_cursor_pkey, sequentially:
 * there are hundreds.
 */
export const ACCOUNTS = `
  SELECT id AS "appId", '' AS account FROM app UNION SELECT app_id, account FROM stripe_cursor`;

/** Which of these objects there are. $1 object keys. Index: stripe_object_pkey. */
export const KNOWN_OBJECTS = `
  SELECT key, app_id AS "appId", payment_id AS "paymentId" FROM stripe_object WHERE key = ANY ($1::uuid[])`;

/** Which of these we were told of. $1 object keys. Index: stripe_event_object_key_id_idx. */
export const TOLD_OBJECTS = `
  SELECT DISTINCT object_key AS key, app_id AS "appId", NULL::uuid AS "paymentId" FROM stripe_event WHERE object_key = ANY ($1::uuid[])`;

/** $1 apps, $2 their accounts, $3 an event of Stripe's. Indexes: stripe_event_pkey, stripe_object_pkey. */
export const OBJECTS_OF_EVENT = `
  SELECT e.object_key AS key, e.app_id AS "appId", o.payment_id AS "paymentId"
  FROM unnest($1::uuid[], $2::text[]) AS a (app, account)
  JOIN stripe_event e ON e.app_id = a.app AND e.account = a.account AND e.event_id = $3
  LEFT JOIN stripe_object o ON o.key = e.object_key`;

/** $1 apps, $2 their accounts, $3 a customer of Stripe's. Index: stripe_customer_pkey. */
export const USERS_OF_CUSTOMER = `
  SELECT DISTINCT c.app_id AS "appId", c.user_id AS "userId"
  FROM unnest($1::uuid[], $2::text[]) AS a (app, account)
  JOIN stripe_customer c ON c.app_id = a.app AND c.account = a.account AND c.customer_id = $3`;
