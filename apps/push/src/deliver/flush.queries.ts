/**
 * A batch of outcomes in one statement and one commit: deliveries, their facts, dead letters, retries as new work, finished
 * work rows deleted. A delivery that is already final, or whose recorded attempt is not behind, is left alone, and then
 * neither its fact nor its retry is written: a repeated send settles once. Where the phone was faster and has said that it has it
 * (`taken`), that it was sent is the only news, whatever the attempt seemed to come to. It answers which of them were no news (`known`),
 * nearly always none, and the retries.
 *
 * $1 delivery ids, $2 apps, $3 notifications, $4 devices, $5 providers, $6 states, $7 attempts, $8 reasons, $9 raw answers,
 * $10 fact ids, $11 fact types, $12 subjects, $13 fact data, $14 due times of retries (or null), $15 roots, $16 queues,
 * $17 lanes, $18 credentials, $19 items, of what is tried again, dead or a replay; $20, $21 finished work rows and their lease tokens; $22 the
 * shard that this process counts on: of a broadcast, whose root is the notification itself, outcomes are counted.
 * Indexes: notification_tally_pkey, delivery_pkey, dead_letter_pkey, push_work_pkey. Sorted by id, or two flushes that share deliveries would deadlock.
 */
export const FLUSH_OUTCOMES = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[], $8::text[], $9::jsonb[],
        $10::uuid[], $11::text[], $12::text[], $13::jsonb[], $14::timestamptz[], $15::uuid[], $16::text[], $17::text[], $18::uuid[],
        $19::jsonb[])
      AS i (id, app_id, notification_id, device_id, provider, state, attempt, reason, raw,
        fact_id, fact_type, subject, fact_data, due_at, root_id, queue, lane, credential_id, item)
  ), recorded AS (
    INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason, raw, replay_of)
    SELECT id, app_id, notification_id, device_id, provider, state, attempt, reason, raw, (item ->> 'r')::uuid FROM input
    ORDER BY id
    ON CONFLICT (id) DO UPDATE
      SET state = CASE WHEN delivery.state IN ('delivered', 'opened') THEN delivery.state ELSE excluded.state END,
        attempt = excluded.attempt, reason = CASE WHEN delivery.state IN ('delivered', 'opened') THEN NULL ELSE excluded.reason END, raw = excluded.raw, at = now()
      WHERE (delivery.state = 'retrying' AND excluded.attempt > delivery.attempt)
        OR (delivery.state = 'sending' AND excluded.attempt >= delivery.attempt)
        OR (delivery.state IN ('delivered', 'opened') AND excluded.attempt > delivery.attempt)
    RETURNING new.id, coalesce(old.state IN ('delivered', 'opened'), false) AS taken
  ), news AS MATERIALIZED (
    SELECT input.*, taken FROM input JOIN recorded USING (id)
  ), told AS (
    INSERT INTO event_log (id, app_id, type, subject, payload)
    SELECT fact_id, app_id, CASE WHEN taken THEN 'delivery.sent' ELSE fact_type END, subject,
      CASE WHEN taken THEN fact_data - '{reason,nextAttemptAt}'::text[] ELSE fact_data END
    FROM news
  ), buried AS (
    INSERT INTO dead_letter (id, app_id, credential_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt, user_id)
    SELECT id, app_id, credential_id, notification_id, device_id, root_id, provider, queue, lane, coalesce(reason, 'unknown'), attempt,
      item ->> 'u'
    FROM news WHERE state = 'dead' AND NOT taken
    ON CONFLICT (id) DO NOTHING
  ), counted AS (
    INSERT INTO notification_tally AS t (notification_id, day, outcome, shard, n)
    SELECT notification_id, (now() AT TIME ZONE 'UTC')::date,
      CASE WHEN taken THEN 'sent' WHEN state = 'refused' THEN 'refused.' || reason ELSE state END, $22::smallint, count(*)
    FROM news
    WHERE root_id = notification_id AND (taken OR state <> 'retrying') AND (item ? 'r') IS NOT TRUE
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (notification_id, day, outcome, shard) DO UPDATE SET n = t.n + excluded.n
  ), retried AS (
    INSERT INTO push_work (id, root_id, queue, lane, app_id, credential_id, items, due_at, next_offer_at)
    SELECT gen_random_uuid(), root_id, queue, lane, app_id, credential_id,
      jsonb_agg(item || jsonb_build_object('a', attempt + 1)), due_at, due_at + interval '2 s'
    FROM news
    WHERE due_at IS NOT NULL AND NOT taken
    GROUP BY root_id, queue, lane, app_id, credential_id, due_at
    RETURNING id, queue, lane, app_id AS "appId", jsonb_array_length(items) AS count,
      greatest(0, extract(epoch FROM next_offer_at - interval '2 s' - now()) * 1000)::float8 AS delay
  ), finished AS (
    DELETE FROM push_work w USING unnest($20::uuid[], $21::uuid[]) AS f (id, token) WHERE w.id = f.id AND w.lease_token = f.token
  )
  SELECT (SELECT coalesce(jsonb_agg(id), '[]') FROM (SELECT id FROM input EXCEPT SELECT id FROM news WHERE NOT taken OR state = 'sent') AS known)
           AS known,
         (SELECT coalesce(jsonb_agg(to_jsonb(retried)), '[]') FROM retried) AS retried`;
