/** The last one of an interaction counts. Seconds in $5. Uses pending_link_pkey. */
export const KEEP_LINK = `
  INSERT INTO pending_link (id, app_id, provider, outcome, expires_at) VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
  ON CONFLICT (id) DO UPDATE
     SET provider = excluded.provider, outcome = excluded.outcome, expires_at = excluded.expires_at
   WHERE pending_link.app_id = excluded.app_id AND pending_link.user_id IS NULL`;

/** What waits in an interaction, held. Uses pending_link_pkey. */
export const FIND_LINK = `
  SELECT provider, outcome FROM pending_link
   WHERE id = $1 AND app_id = $2 AND user_id IS NULL AND expires_at > now() FOR UPDATE`;

/** Uses pending_link_pkey. */
export const DROP_LINK = `DELETE FROM pending_link WHERE id = $1`;

/** The wish of somebody who got in another way. Seconds in $3. Uses pending_link_pkey. */
export const KEEP_WISH = `
  UPDATE pending_link SET user_id = $2, expires_at = now() + make_interval(secs => $3) WHERE id = $1`;

/** Uses pending_link_user_id_idx. */
export const WISHES_OF = `
  SELECT DISTINCT provider FROM pending_link WHERE user_id = $1 AND app_id = $2 AND expires_at > now() ORDER BY provider LIMIT 20`;

/** Uses pending_link_user_id_idx. */
export const DROP_WISHES = `DELETE FROM pending_link WHERE user_id = $1 AND ($2::text IS NULL OR provider = $2)`;

/** Uses pending_link_expires_at_idx. */
export const FORGET_LINKS = `DELETE FROM pending_link WHERE expires_at < now()`;
