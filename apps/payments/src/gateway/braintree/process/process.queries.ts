/** What a notification is about. Index: braintree_event_pkey. */
export const NOTIFICATION = `
  SELECT id, app_id AS "appId", kind, subject_type AS "subjectType", subject_id AS "subjectId", trace
  FROM braintree_event WHERE id = $1`;

/** A payment and, of its operations, the one named. Indexes: payment_pkey, payment_operation_pkey. */
export const PAYMENT_OF_OPERATION = `
  SELECT p.id, p.app_id AS "appId", p.gateway_ref AS ref, o.kind AS operation
  FROM payment p LEFT JOIN payment_operation o ON o.id = $2 AND o.payment_id = p.id
  WHERE p.id = $1 AND p.gateway = 'braintree'`;

/**
 * The payment that a sale is: by its reference, or, before anybody kept that, by the operation that made it.
 * $1 app, $2 transaction, $3 operation or null. Indexes: payment_app_id_gateway_ref_idx, payment_operation_pkey, payment_pkey.
 */
export const PAYMENT_OF_SALE = `
  SELECT id FROM payment WHERE app_id = $1 AND gateway_ref = $2 AND gateway = 'braintree'
  UNION
  SELECT p.id FROM payment_operation o JOIN payment p ON p.id = o.payment_id
  WHERE o.id = $3 AND o.app_id = $1 AND p.gateway = 'braintree'
  LIMIT 1`;

/** The time by which what is asked next is at least as new. */
export const NOW = `SELECT now() AS now`;

/** The lock that makes what is told of a payment serial. Index: payment_pkey. */
export const LOCK_PAYMENT = `
  SELECT id, app_id AS "appId", gateway_ref AS ref, user_id AS "userId", livemode, known_at AS "knownAt"
  FROM payment WHERE id = $1 FOR UPDATE`;

/** Under the payment's lock. Index: braintree_effect_pkey. */
export const EFFECTS = `
  SELECT effect, subject FROM braintree_effect WHERE payment_id = $1`;

/**
 * How a payment stood at $4, under its lock and with nothing later known; its transaction is kept once. $1 payment, $2 state, $3
 * transaction or null. Index: payment_pkey.
 */
export const KEEP_STATE = `
  UPDATE payment SET known = $2::jsonb, known_at = $4, gateway_ref = coalesce(gateway_ref, $3) WHERE id = $1`;

/** $1 payment, $2 notification or null, $3 effects, $4 their subjects, $5 their facts. Index: braintree_effect_pkey. */
export const KEEP_EFFECTS = `
  INSERT INTO braintree_effect (payment_id, event, effect, subject, fact)
  SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::uuid[])`;

/** What was applied once stays so. $1 notification, $2 decision, $3 detail. Index: braintree_decision_pkey. */
export const DECIDE = `
  INSERT INTO braintree_decision (event, decision, detail) VALUES ($1, $2, $3)
  ON CONFLICT (event) DO UPDATE SET decision = excluded.decision, detail = excluded.detail, at = now()
  WHERE braintree_decision.decision <> 'applied'`;

/** A work row that nobody publishes after its commit. Index: payments_work_pkey. */
export const OFFER_AT_ONCE = `
  UPDATE payments_work SET next_offer_at = now() WHERE id = $1`;
