const FIELDS = `
  p.id, p.account, p.gateway_ref AS "gatewayRef", p.object_key AS "objectKey", p.user_id AS "userId", p.livemode,
  p.created_at AS "createdAt", p.order_id AS "orderId", p.gateway, p.amount::float8 AS amount, p.currency, p.known,
  p.known_at AS "knownAt"`;

/** Index: payment_pkey. */
export const ONE = `
  SELECT ${FIELDS} FROM payment p WHERE p.id = $1 AND p.app_id = $2`;

/** Newest first. Index: payment_app_id_id_idx. */
export const LIST = `
  SELECT ${FIELDS} FROM payment p WHERE p.app_id = $1 AND p.id < $2 ORDER BY p.id DESC LIMIT $3`;

/** Newest first. Index: payment_app_id_user_id_id_idx. */
export const LIST_OF_USER = `
  SELECT ${FIELDS} FROM payment p WHERE p.app_id = $1 AND p.user_id = $4 AND p.id < $2 ORDER BY p.id DESC LIMIT $3`;

/** What belongs to payments. Index: stripe_object_payment_id_idx. */
export const OBJECTS = `
  SELECT key, object_type AS "objectType", object_id AS "objectId", state, payment_id AS "paymentId", updated_at AS "updatedAt"
  FROM stripe_object WHERE payment_id = ANY ($1) ORDER BY object_id`;

/**
 * Every event about some objects, oldest first, with what was decided. Indexes: stripe_event_object_key_id_idx,
 * stripe_decision_pkey, stripe_inbox_pkey.
 */
export const EVENTS = `
  SELECT e.id, e.event_id AS "gatewayEvent", e.type, e.object_id AS object, e.shape, e.via, e.created AS "createdAt",
    e.received_at AS "receivedAt", d.decision, d.detail, i.event IS NOT NULL AS waits, i.reason, i.detail AS "deadDetail"
  FROM stripe_event e
  LEFT JOIN stripe_decision d ON d.event = e.id
  LEFT JOIN stripe_inbox i ON i.object_key = e.object_key AND i.event = e.id
  WHERE e.object_key = ANY ($1)
  ORDER BY e.created, e.id
  LIMIT $2`;

/** Index: stripe_effect_pkey. */
export const EFFECTS = `
  SELECT effect, event, fact, at FROM stripe_effect WHERE object_key = ANY ($1) ORDER BY fact`;
