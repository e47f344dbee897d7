/** The gateway's names of a user. $1 app, $2 user. Index: stripe_customer_app_id_account_user_id_idx. */
export const CUSTOMERS = `SELECT customer_id AS id FROM stripe_customer WHERE app_id = $1 AND user_id = $2`;

/** The account of each customer that the gateway has still. Index: as CUSTOMERS. */
export const ACCOUNTS_WITH_CUSTOMER = `
  SELECT account FROM stripe_customer WHERE app_id = $1 AND user_id = $2 AND NOT deleted ORDER BY account`;

/** $1 app, $2 user, $3 how many. Index: as CUSTOMERS. */
export const CUSTOMERS_TO_UNLINK = `
  SELECT account, customer_id AS id FROM stripe_customer WHERE app_id = $1 AND user_id = $2 ORDER BY account, customer_id LIMIT $3`;

/**
 * What Stripe will still tell of these customers has to find that their user was erased. $1 app, $2 keys, $3 accounts, $4 customers, $5
 * pseudonym. Indexes: stripe_object_pkey, app_pkey. Objects are locked before customers, as whoever works on an event does.
 */
export const REMEMBER_ERASED = `
  INSERT INTO stripe_object (key, app_id, account, object_type, object_id, livemode, state)
  SELECT c.key, a.id, c.account, 'customer', c.id, a.mode = 'live',
    jsonb_build_object('now', jsonb_build_object('userId', $5::text, 'at', 0))
  FROM app a, unnest($2::uuid[], $3::text[], $4::text[]) AS c (key, account, id)
  WHERE a.id = $1
  ORDER BY c.key
  ON CONFLICT (key) DO UPDATE SET rev = stripe_object.rev + 1, state = stripe_object.state || jsonb_build_object(
    'now', coalesce(stripe_object.state -> 'now', '{"at": 0}') || jsonb_build_object('userId', $5::text))`;

/** Nobody is named for them any more, and Stripe is not asked again. $1 app, $2 accounts, $3 customers. Index: stripe_customer_pkey. */
export const UNLINK_CUSTOMERS = `
  UPDATE stripe_customer s SET user_id = '', deleted = true, updated_at = now()
  FROM unnest($2::text[], $3::text[]) AS c (account, id)
  WHERE s.app_id = $1 AND s.account = c.account AND s.customer_id = c.id`;

/** $3 behind this id, $4 how many. Index: as CUSTOMERS. */
export const COLLECT_CUSTOMERS = `
  SELECT customer_id AS id, account, deleted, updated_at AS "updatedAt" FROM stripe_customer
  WHERE app_id = $1 AND user_id = $2 AND customer_id > $3 ORDER BY customer_id LIMIT $4`;

/** $1 app, $2 user, $3 behind this id, $4 how many. Index: payment_app_id_user_id_id_idx. */
export const PAYMENTS_OF_USER = `
  SELECT id, gateway, gateway_ref AS "gatewayRef", order_id AS "orderId", amount::float8 AS amount, currency, livemode, known,
    created_at AS "createdAt"
  FROM payment WHERE app_id = $1 AND user_id = $2 AND id > $3::uuid ORDER BY id LIMIT $4`;

/** $1 payments, $2 pseudonym. Index: payment_pkey. */
export const UNLINK_PAYMENTS = `UPDATE payment SET user_id = $2 WHERE id = ANY ($1::uuid[])`;

/** Movements of money of some payments. Index: ledger_transaction_payment_id_id_idx. */
export const LEDGER_OF_PAYMENTS = `
  SELECT count(*)::int AS count FROM ledger_transaction WHERE payment_id = ANY ($1::uuid[])`;

/**
 * Bodies of what Braintree told of these sales, once it was worked on. $1 app, $2 transactions. Indexes:
 * braintree_event_app_id_payload_hash_key (all of the app), braintree_decision_pkey.
 */
export const EMPTY_BRAINTREE_EVENTS = `
  UPDATE braintree_event e SET content = ''
  WHERE e.app_id = $1 AND e.subject_id = ANY ($2::text[]) AND octet_length(e.content) > 0
    AND EXISTS (SELECT FROM braintree_decision d WHERE d.event = e.id)`;

/** $1 app, $2 user, $3 behind this order, $4 rows to look at, $5 pseudonym. Index: payment_order_pkey. */
export const UNLINK_ORDERS = `
  WITH slice AS MATERIALIZED (
    SELECT order_id, user_id FROM payment_order WHERE app_id = $1 AND order_id > $3 ORDER BY order_id LIMIT $4
  ), unlinked AS (
    UPDATE payment_order o SET user_id = $5 FROM slice
    WHERE o.app_id = $1 AND o.order_id = slice.order_id AND slice.user_id = $2
    RETURNING 1
  )
  SELECT (SELECT count(*)::int FROM slice) AS "lookedAt", (SELECT max(order_id) FROM slice) AS "end",
    (SELECT count(*)::int FROM unlinked) AS count`;

/**
 * Objects of Stripe's that are a user's: by the user, a customer, or a payment, which bears the pseudonym by now. $1 app, $2 user,
 * $3 behind this key, $4 rows to look at, $5 pseudonym, $6 customers. Indexes: stripe_object_pkey, payment_pkey, stripe_event_object_key_id_idx,
 * stripe_inbox_pkey. What waits to be worked on keeps its body until then.
 */
export const FORGET_OBJECTS = `
  WITH slice AS MATERIALIZED (
    SELECT key, app_id, object_id, payment_id, state FROM stripe_object WHERE key > $3::uuid ORDER BY key LIMIT $4
  ), theirs AS MATERIALIZED (
    SELECT key FROM slice s WHERE app_id = $1 AND (
      state -> 'now' ->> 'userId' IN ($2, $5) OR state -> 'now' ->> 'customer' = ANY ($6::text[])
      OR state -> 'past' ->> 'owner' = ANY ($6) OR object_id = ANY ($6)
      OR EXISTS (SELECT FROM payment p WHERE p.id = s.payment_id AND p.user_id IN ($2, $5)))
  ), unlinked AS (
    UPDATE stripe_object o SET state = jsonb_set(o.state, '{now,userId}', to_jsonb($5::text)), rev = o.rev + 1
    FROM theirs WHERE o.key = theirs.key AND o.state -> 'now' ->> 'userId' = $2
    RETURNING 1
  ), emptied AS (
    UPDATE stripe_event e SET content = '' FROM theirs
    WHERE e.object_key = theirs.key AND octet_length(e.content) > 0
      AND NOT EXISTS (SELECT FROM stripe_inbox i WHERE i.object_key = e.object_key AND i.event = e.id)
    RETURNING 1
  )
  SELECT (SELECT count(*)::int FROM slice) AS "lookedAt", (SELECT max(key::text)::uuid FROM slice) AS "end",
    (SELECT count(*)::int FROM unlinked) AS unlinked, (SELECT count(*)::int FROM emptied) AS emptied`;

/**
 * Changes of subscriptions that are over, which thirty days remember for repeated requests. $1 app, $2 what they are about, $3 how
 * many. Sequential: the table holds thirty days of a rare thing.
 */
export const FORGET_SUBSCRIBING = `
  DELETE FROM subscription_operation WHERE id IN (
    SELECT id FROM subscription_operation WHERE app_id = $1 AND about = $2 AND settle_at IS NULL LIMIT $3)`;
