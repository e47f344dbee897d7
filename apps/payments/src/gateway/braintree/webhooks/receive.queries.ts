import { FIRST_OFFER_SECONDS } from '@signalbox/queues';

/**
 * The whole receipt of a notification in one statement: the event, unless it is here, and a work row that looks into it. One that is
 * here under the same kind, subject and time but with another payload is not stored twice, and is looked into again: what it is
 * about may stand otherwise by now. $1 id, $2 app, $3 source, $4 hash of the payload, $5 kind, $6 type and $7 id of the subject, $8 when
 * it was sent, $9 content, $10 data key, $11 work row, $12 queue, $13 `traceparent` or null. Indexes: braintree_event_app_id_payload_hash_key,
 * braintree_event_app_id_kind_subject_id_notified_at_key.
 */
export const RECEIVE_NOTIFICATION = `
  WITH known AS MATERIALIZED (
    SELECT payload_hash = $4 AS same, id FROM braintree_event
    WHERE app_id = $2 AND (payload_hash = $4 OR (kind = $5 AND subject_id = $7 AND notified_at = $8::timestamptz))
    ORDER BY payload_hash = $4 DESC LIMIT 1
  ), fresh AS (
    INSERT INTO braintree_event (id, app_id, source_id, payload_hash, kind, subject_type, subject_id, notified_at, content, dek_id, trace)
    SELECT $1::uuid, $2::uuid, $3::uuid, $4::bytea, $5, $6, $7, $8::timestamptz, $9::bytea, $10::uuid, $13
    WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT DO NOTHING
    RETURNING id
  ), queued AS (
    INSERT INTO payments_work (id, root_id, queue, lane, app_id, credential_id, items, next_offer_at)
    SELECT $11::uuid, $11::uuid, $12, 'transactional', $2, $2, jsonb_build_array(jsonb_build_object('e', event)),
      now() + interval '${FIRST_OFFER_SECONDS} s'
    FROM (SELECT id AS event FROM fresh UNION ALL SELECT id FROM known WHERE NOT same) AS looked
    RETURNING id
  )
  SELECT EXISTS (SELECT FROM fresh) AS stored, EXISTS (SELECT FROM queued) AS queued`;
