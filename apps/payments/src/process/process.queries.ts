/**
 * What waits in an object's inbox, oldest first, and with each what is known of the object; in one statement, so that its revision is
 * no newer than what Stripe will say. Indexes: stripe_inbox_pkey, stripe_event_id_key, stripe_object_pkey.
 */
export const INBOX = `
  SELECT e.id, e.event_id AS "stripeId", e.app_id AS "appId", e.account, e.livemode, e.shape, e.type,
    e.api_version AS "apiVersion", e.object_type AS "objectType", e.object_id AS "objectId",
    e.snapshot_event AS "snapshotEvent", e.created, e.content, e.dek_id AS "dekId", e.trace,
    extract(epoch FROM now() - e.received_at)::float8 * 1000 AS age, coalesce(o.rev, 0) AS rev, coalesce(o.state, '{}') AS state
  FROM stripe_inbox i JOIN stripe_event e ON e.id = i.event LEFT JOIN stripe_object o ON o.key = i.object_key
  WHERE i.object_key = $1 AND i.reason IS NULL
  ORDER BY e.created, e.id
  LIMIT $2`;

/** Which of the snapshot events $3 are here and can be worked on. Indexes: stripe_event_pkey, stripe_inbox_pkey. */
export const LIVING_EVENTS = `
  SELECT e.event_id AS "stripeId" FROM stripe_event e
  WHERE e.app_id = $1 AND e.account = $2 AND e.event_id = ANY ($3::text[]) AND NOT EXISTS (
    SELECT FROM stripe_inbox i WHERE i.object_key = e.object_key AND i.event = e.id AND i.reason IS NOT NULL)`;

/** The lock that makes work on an object serial. Index: stripe_object_pkey. */
export const LOCK_OBJECT = `
  SELECT rev, seq, state, payment_id AS "paymentId" FROM stripe_object WHERE key = $1 FOR UPDATE`;

const OF_OBJECT = `
    ARRAY (SELECT event FROM stripe_inbox WHERE object_key = $1 AND reason IS NULL) AS open,
    ARRAY (SELECT effect FROM stripe_effect WHERE object_key = $1) AS happened`;

/**
 * Whoever makes it has locked it, and nobody worked on it before; so what is open is answered with it. Somebody else's is not answered.
 * Indexes: stripe_object_pkey, stripe_inbox_pkey, stripe_effect_pkey.
 */
export const MAKE_OBJECT = `
  WITH made AS (
    INSERT INTO stripe_object (key, app_id, account, object_type, object_id, livemode, payment_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (key) DO NOTHING
    RETURNING rev, seq, state, payment_id
  )
  SELECT rev, seq, state, payment_id AS "paymentId",${OF_OBJECT} FROM made`;

/** Asked under the object's lock. Indexes: stripe_inbox_pkey, stripe_effect_pkey. */
export const OPEN_AND_HAPPENED = `SELECT${OF_OBJECT}`;

/**
 * Everything that is decided about an object's events, under its lock. $1 object, $2 what of its state is known now, $3 facts told, $4 whether it is
 * deleted, $5 payment, $6 to $8 effects with their events and facts, $9 to $11 decisions, $12 to $14 events that died. What was
 * applied once stays so when it is worked on again. Indexes: stripe_object_pkey, stripe_effect_pkey, stripe_decision_pkey,
 * stripe_inbox_pkey. What is done is joined and not compared with an array: of that a plan for all times would expect ten, and each
 * write would be planned anew.
 */
export const WRITE = `
  WITH object AS (
    UPDATE stripe_object SET state = state || $2::jsonb, rev = rev + 1, seq = seq + $3, deleted = deleted OR $4,
      payment_id = coalesce($5, payment_id), updated_at = now()
    WHERE key = $1
  ), effects AS (
    INSERT INTO stripe_effect (object_key, effect, event, fact)
    SELECT $1, * FROM unnest($6::text[], $7::uuid[], $8::uuid[])
  ), decisions AS (
    INSERT INTO stripe_decision (event, decision, detail)
    SELECT * FROM unnest($9::uuid[], $10::text[], $11::text[])
    ON CONFLICT (event) DO UPDATE SET decision = excluded.decision, detail = excluded.detail, at = now()
    WHERE stripe_decision.decision <> 'applied'
  ), deaths AS (
    UPDATE stripe_inbox SET reason = dead.reason, detail = dead.detail
    FROM unnest($12::uuid[], $13::text[], $14::text[]) AS dead (event, reason, detail)
    WHERE stripe_inbox.object_key = $1 AND stripe_inbox.event = dead.event
  )
  DELETE FROM stripe_inbox USING unnest($9::uuid[]) AS done (event)
  WHERE stripe_inbox.object_key = $1 AND stripe_inbox.event = done.event`;

/** Bodies of events that were worked on, of an object whose user was erased. Index: stripe_event_id_key. */
export const EMPTY_BODIES = `UPDATE stripe_event SET content = '' WHERE id = ANY ($1::uuid[])`;

/** Events for which no object was looked at. $1 object, $2 to $4 decisions. Indexes: stripe_decision_pkey, stripe_inbox_pkey. */
export const SETTLE = `
  WITH decisions AS (
    INSERT INTO stripe_decision (event, decision, detail) SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[])
    ON CONFLICT (event) DO NOTHING
  )
  DELETE FROM stripe_inbox WHERE object_key = $1 AND event = ANY ($2)`;

/** Charges and refunds of a payment. Index: stripe_object_payment_id_idx. */
export const CHARGES_AND_REFUNDS = `
  SELECT key, object_type AS "objectType", state FROM stripe_object
  WHERE payment_id = $1 AND object_type IN ('charge', 'refund')`;

/** What was told last of what a payment gave back, with the number of the fact. Index: stripe_object_pkey. */
export const TELL_GIVEN_BACK = `
  UPDATE stripe_object SET state = state || jsonb_build_object('refunded', $2::bigint), seq = seq + 1
  WHERE key = $1
  RETURNING seq`;

/** Index: stripe_object_pkey. */
export const STATE = `
  SELECT state FROM stripe_object WHERE key = $1`;

/** Index: payment_object_key_key. */
export const PAYMENT = `
  SELECT id, user_id AS "userId" FROM payment WHERE object_key = $1`;

/**
 * A payment, once for each intent. $8: the one of ours that the intent says it was made for, which may not know its intent yet;
 * any other that the metadata names was copied there. A user who is known stays. Indexes: payment_pkey, payment_object_key_key.
 */
export const KEEP_PAYMENT = `
  WITH ours AS (
    UPDATE payment SET gateway_ref = $4, object_key = $5
    WHERE id = $8::uuid AND app_id = $2 AND gateway = 'stripe' AND account = $3 AND object_key IS NULL
      AND NOT EXISTS (SELECT FROM payment p WHERE p.object_key = $5)
    RETURNING id, user_id
  ), kept AS (
    INSERT INTO payment (id, app_id, gateway, account, gateway_ref, object_key, user_id, livemode)
    SELECT $1::uuid, $2::uuid, 'stripe', $3, $4, $5::uuid, $6, $7::boolean WHERE NOT EXISTS (SELECT FROM ours)
    ON CONFLICT (object_key) DO UPDATE SET user_id = coalesce(payment.user_id, excluded.user_id)
    RETURNING id, user_id
  )
  SELECT id, user_id AS "userId" FROM ours UNION ALL SELECT id, user_id FROM kept`;

/** Index: stripe_customer_pkey. */
export const CUSTOMER_USER = `
  SELECT user_id AS "userId" FROM stripe_customer WHERE app_id = $1 AND account = $2 AND customer_id = $3`;

/**
 * An empty user: Stripe was asked and names none. $5: Stripe has the customer no more, which stays so. Index:
 * stripe_customer_pkey.
 */
export const KEEP_CUSTOMER = `
  INSERT INTO stripe_customer (app_id, account, customer_id, user_id, deleted) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (app_id, account, customer_id) DO UPDATE
    SET user_id = coalesce(nullif(excluded.user_id, ''), stripe_customer.user_id),
      deleted = stripe_customer.deleted OR excluded.deleted, updated_at = now()
  WHERE excluded.user_id NOT IN ('', stripe_customer.user_id) OR (excluded.deleted AND NOT stripe_customer.deleted)`;

/** Gives up all of an object's open events. Indexes: stripe_inbox_pkey, stripe_event_id_key. */
export const BURY = `
  UPDATE stripe_inbox SET reason = $2
  FROM stripe_event e
  WHERE stripe_inbox.object_key = $1 AND stripe_inbox.reason IS NULL AND e.id = stripe_inbox.event
  RETURNING e.id, e.app_id AS "appId", e.event_id AS "stripeId", e.type`;
