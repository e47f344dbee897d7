/**
 * Marks attempts as begun. The answer and reason of the attempt before stay, so that taking a mark back loses nothing.
 * $1 deliveries, $2 apps, $3 notifications, $4 devices, $5 providers, $6 attempts, $7 replayed letters (or null).
 * Index: delivery_pkey. Sorted by id, or two batches that share deliveries would deadlock.
 */
export const MARK_ATTEMPTS = `
  INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, replay_of)
  SELECT id, app_id, notification_id, device_id, provider, 'sending', attempt, replay_of
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::uuid[])
    AS m (id, app_id, notification_id, device_id, provider, attempt, replay_of)
  ORDER BY id
  ON CONFLICT (id) DO UPDATE SET state = 'sending', attempt = excluded.attempt, at = now()
    WHERE delivery.state = 'retrying' AND excluded.attempt > delivery.attempt
  RETURNING id`;

/** $1 delivery, $2 attempt. Index: delivery_pkey. A first attempt leaves no row, as if it had not been begun. */
export const UNMARK_ATTEMPT = `
  WITH first AS (DELETE FROM delivery WHERE id = $1 AND state = 'sending' AND attempt = $2 AND $2 = 1)
  UPDATE delivery SET state = 'retrying', attempt = $2 - 1 WHERE id = $1 AND state = 'sending' AND attempt = $2 AND $2 > 1`;
