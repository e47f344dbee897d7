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

const FAILED_ATTEMPT = `object_type = 'charge' AND state -> 'now' ->> 'status' = 'failed'`;

const OBJECTS_OF_P = `
    SELECT key, object_type AS "objectType", object_id AS "objectId", state, payment_id AS "paymentId", updated_at AS "updatedAt"
    FROM stripe_object WHERE payment_id = p.id`;

/**
 * What belongs to each of the payments $1: $2 at most, first its intent and its charges, which say how it stands, then the newest; and of
 * attempts that failed the newest $3. Those are counted by themselves, since card testers make thousands of them and none says
 * anything of the money. Index: stripe_object_payment_id_idx.
 */
export const OBJECTS = `
  SELECT o.* FROM unnest($1::uuid[]) AS p (id) CROSS JOIN LATERAL (
    (${OBJECTS_OF_P} AND (${FAILED_ATTEMPT}) IS NOT TRUE ORDER BY object_type IN ('refund', 'dispute'), updated_at DESC LIMIT $2)
    UNION ALL
    (${OBJECTS_OF_P} AND ${FAILED_ATTEMPT} ORDER BY updated_at DESC LIMIT $3)
  ) o ORDER BY o."objectId"`;

/**
 * The newest $2 events that came in about the objects $1, with what was decided, in the order of the gateway's clock. No more than $2
 * are read of an object. Indexes: stripe_event_object_key_id_idx, stripe_decision_pkey, stripe_inbox_pkey.
 */
export const EVENTS = `
  SELECT e.id, e.event_id AS "gatewayEvent", e.type, e.object_id AS object, e.shape, e.via, e.created AS "createdAt",
    e.received_at AS "receivedAt", d.decision, d.detail, i.event IS NOT NULL AS waits, i.reason, i.detail AS "deadDetail"
  FROM (
    SELECT of_object.* FROM unnest($1::uuid[]) AS o (key) CROSS JOIN LATERAL (
      SELECT id, object_key, event_id, type, object_id, shape, via, created, received_at FROM stripe_event
      WHERE object_key = o.key ORDER BY id DESC LIMIT $2
    ) of_object ORDER BY of_object.id DESC LIMIT $2
  ) e
  LEFT JOIN stripe_decision d ON d.event = e.id
  LEFT JOIN stripe_inbox i ON i.object_key = e.object_key AND i.event = e.id
  ORDER BY e.created, e.id`;

/** Of the objects $1, what came of the events $2: a few of each. Index: stripe_effect_pkey. */
export const EFFECTS = `
  SELECT effect, event, fact, at FROM stripe_effect WHERE object_key = ANY ($1) AND event = ANY ($2) ORDER BY fact`;
