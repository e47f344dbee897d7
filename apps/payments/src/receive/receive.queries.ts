import { FIRST_OFFER_SECONDS } from '@signalbox/queues';

/**
 * The whole receipt in one statement and one commit: events that are new, their place in the inbox, and the work rows that
 * will look into it. Events are inserted in sorted order, or two flushes that share some would deadlock. Answers the ids
 * of those that were here before; nearly always there are none, and a row of each that is new would be for nothing.
 *
 * $1 ids, $2 apps, $3 accounts, $4 Stripe's ids, $5 sources, $6 via, $7 shapes, $8 types, $9 API versions, $10 livemode, $11
 * object types, $12 object ids, $13 object keys, $14 snapshot events, $15 created, $16 contents, $17 data keys, $18 work rows,
 * $19 their queues, $20 their lanes, $21 where in a trace they came. Indexes: stripe_event_pkey, stripe_inbox_pkey.
 */
export const RECEIVE = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::bool[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::timestamptz[], $16::bytea[],
      $17::uuid[], $18::uuid[], $19::text[], $20::text[], $21::text[])
    AS i (id, app_id, account, event_id, source_id, via, shape, type, api_version, livemode, object_type, object_id,
      object_key, snapshot_event, created, content, dek_id, work, queue, lane, trace)
  ), fresh AS (
    INSERT INTO stripe_event (id, app_id, account, event_id, source_id, via, shape, type, api_version, livemode, object_type,
      object_id, object_key, snapshot_event, created, content, dek_id, trace)
    SELECT id, app_id, account, event_id, source_id, via, shape, type, api_version, livemode, object_type, object_id,
      object_key, snapshot_event, created, content, dek_id, trace
    FROM input ORDER BY app_id, account, event_id
    ON CONFLICT (app_id, account, event_id) DO NOTHING
    RETURNING id
  ), winner AS MATERIALIZED (
    SELECT id, app_id, object_key, work, queue, lane FROM input WHERE id IN (SELECT id FROM fresh)
  ), waiting AS (
    INSERT INTO stripe_inbox (object_key, event) SELECT object_key, id FROM winner
  ), queued AS (
    INSERT INTO payments_work (id, root_id, queue, lane, app_id, credential_id, items, next_offer_at)
    SELECT work, work, queue, lane, app_id, app_id, jsonb_agg(DISTINCT jsonb_build_object('o', object_key)),
      now() + interval '${FIRST_OFFER_SECONDS} s'
    FROM winner GROUP BY work, queue, lane, app_id
  )
  SELECT id FROM input WHERE id NOT IN (SELECT id FROM fresh)`;
