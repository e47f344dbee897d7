/** Index: hold_pkey. A longer hold wins. */
export const PLACE_HOLD = `
  INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now() + $2 * interval '1 ms', $3)
  ON CONFLICT (credential_id, lane) DO UPDATE
    SET until = greatest(hold.until, excluded.until), reason = excluded.reason
    WHERE hold.until < excluded.until
  RETURNING until`;

/** Index: hold_pkey. */
export const LIFT_HOLDS = `DELETE FROM hold WHERE credential_id = $1 RETURNING reason`;

/** Sequential over the small work table; runs only when a credential was changed. */
export const WAKE_WORK_OF_CREDENTIAL = `
  UPDATE push_work SET next_offer_at = now()
  WHERE credential_id = $1 AND offer > 0 AND next_offer_at > now() AND coalesce(lease_until, '-infinity') < now()`;
