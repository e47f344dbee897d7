import { deviceOf, vouchedAt } from '../../anomalies/vouched.queries.js';

/** For so long a change of address can be undone: as long as "was this you?" can be answered. */
const LIFE = `interval '7 days'`;

/**
 * $1 id, $2 app, $3 user, $4 session or null, $5 address, $6 its key, $7 when it was proven or null. Answers whether the address had
 * been there before all changes of late. Index: past_email_user_id_idx.
 */
export const KEEP_PAST_EMAIL = `
  INSERT INTO past_email (id, app_id, user_id, session_id, email, email_key, verified_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
  RETURNING NOT EXISTS (
    SELECT FROM past_email earlier WHERE earlier.user_id = $3 AND earlier.replaced_at > now() - ${LIFE}) AS "isOldest"`;

/**
 * What there was before sessions changed it: behind the last change that another session made. $1 user, $2 sessions.
 * Index: past_email_user_id_idx.
 */
export const EMAIL_BEFORE = `
  SELECT id, email, email_key AS "emailKey", verified_at AS "verifiedAt" FROM past_email
  WHERE user_id = $1 AND replaced_at > now() - ${LIFE} AND replaced_at > coalesce((
    SELECT max(replaced_at) FROM past_email WHERE user_id = $1 AND (session_id IS NULL OR session_id <> ALL ($2::uuid[]))), '-infinity')
  ORDER BY replaced_at LIMIT 1`;

/**
 * Since when whoever replaced an address first may have been in the account: when the session began that did it, or the first one of the
 * seven days before on a device that the user had not vouched for. A thief signs in more than once. And when that address had been proven.
 * $1 user, $2 the address's key. Indexes: past_email_user_id_idx, auth_session_pkey, auth_session_user_id_id_idx, known_device_pkey.
 */
export const REPLACED_SINCE = `
  SELECT p.id, p.verified_at AS "verifiedAt", least(p.replaced_at, s.created_at, (
    SELECT min(o.created_at) FROM auth_session o ${deviceOf('o')}
    WHERE o.user_id = p.user_id AND o.activated_at IS NOT NULL AND o.created_at > p.replaced_at - ${LIFE}
      AND o.created_at < p.replaced_at AND NOT ${vouchedAt('p.replaced_at')})) AS since
  FROM past_email p LEFT JOIN auth_session s ON s.id = p.session_id
  WHERE p.user_id = $1 AND p.email_key = $2 ORDER BY p.replaced_at LIMIT 1`;

/**
 * From the one that is put back on; answers whether one of before is left, which a link in a mail may still lead to. $1 user, $2 id.
 * Indexes: past_email_pkey, past_email_user_id_idx.
 */
export const FORGET_PAST_EMAILS = `
  WITH back AS (SELECT replaced_at FROM past_email WHERE id = $2),
    gone AS (DELETE FROM past_email WHERE user_id = $1 AND replaced_at >= (SELECT replaced_at FROM back))
  SELECT EXISTS (
    SELECT FROM past_email
    WHERE user_id = $1 AND replaced_at > now() - ${LIFE} AND replaced_at < (SELECT replaced_at FROM back)) AS "isOneLeft"`;

/** Index: past_email_replaced_at_idx. $1 rows. */
export const PURGE_PAST_EMAILS = `
  DELETE FROM past_email WHERE id IN (
    SELECT id FROM past_email WHERE replaced_at < now() - ${LIFE} LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** $1 app, $2 user, $3 how many. Index: past_email_user_id_idx. */
export const ERASE_PAST_EMAILS = `
  DELETE FROM past_email WHERE id IN (SELECT id FROM past_email WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $1 app, $2 user, $3 behind this id, $4 how many. Index: past_email_user_id_idx. */
export const COLLECT_PAST_EMAILS = `
  SELECT id::text AS id, email, verified_at AS "verifiedAt", replaced_at AS "replacedAt", session_id::text AS "sessionId"
  FROM past_email WHERE app_id = $1 AND user_id = $2 AND id::text > $3 ORDER BY id::text LIMIT $4`;
