/** Seconds in $6. */
export const BEGIN_STATE = `
  INSERT INTO social_state (id, app_id, provider, browser, sealed, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`;

/** Takes the one answer that a state is good for, whoever brings it. Uses social_state_pkey. */
export const ANSWER_STATE = `
  UPDATE social_state SET answered_at = now()
   WHERE id = $1 AND answered_at IS NULL AND expires_at > now()
  RETURNING app_id, provider, browser, sealed`;

/** Uses social_state_pkey. */
export const KEEP_OUTCOME = `UPDATE social_state SET outcome = $2 WHERE id = $1`;

/** Hands out what a provider said, once, to the browser that asked, and keeps it no longer. Uses social_state_browser_idx. */
export const FINISH_STATE = `
  WITH said AS (
    SELECT id, sealed, outcome FROM social_state
     WHERE browser = $1 AND app_id = $2 AND provider = $3
       AND outcome IS NOT NULL AND finished_at IS NULL AND expires_at > now()
       FOR UPDATE
  )
  UPDATE social_state s SET finished_at = now(), outcome = NULL FROM said WHERE s.id = said.id
  RETURNING said.sealed, said.outcome`;

/** Uses social_state_expires_at_idx. */
export const FORGET_STATES = `DELETE FROM social_state WHERE expires_at < now() - interval '1 day'`;
