import { stancesAgainst } from '@signalbox/database';

/** Whether a breaker stands where an operator put it; `s` is its row of breaker_setting. */
const IN_FORCE = `(s.until IS NULL OR s.until > now())`;

/** A process that has not said anything for so long has either died or seen no trouble since. */
const HEARD_WITHIN = `interval '10 minutes'`;

/** $1 process, $2 states. Index: push_breaker_pkey. */
export const WRITE_STATES = `
  INSERT INTO push_breaker (process, credential_id, service, state, since, answers)
  SELECT $1, credential, service, state, since, answers
  FROM jsonb_to_recordset($2::jsonb)
    AS changed (credential uuid, service text, state text, since timestamptz, answers jsonb)
  ON CONFLICT (process, credential_id, service) DO UPDATE SET
    state = excluded.state, since = excluded.since, answers = excluded.answers, at = now()`;

/** Sequential over the states, which are few. */
export const DROP_OLD_STATES = `DELETE FROM push_breaker WHERE at < now() - interval '1 day'`;

/** Sequential over the settings, which are few. */
export const DROP_ENDED_SETTINGS = `DELETE FROM breaker_setting WHERE until < now()`;

/** $1 credential. Index: breaker_setting_pkey. */
export const IS_KEPT_CLOSED = `
  SELECT FROM breaker_setting s WHERE s.credential_id = $1 AND s.position = 'closed' AND ${IN_FORCE}`;

/**
 * $1 credential, $2 position, $3 reason, $4 until or null, $5 providers. No row: there is no such credential, or nothing changes. Whoever presses twice
 * says the same, but for the seconds between. Indexes: credential_pkey, breaker_setting_pkey.
 */
export const PUT_SETTING = `
  INSERT INTO breaker_setting AS s (credential_id, position, reason, until)
  SELECT c.id, $2, $3, $4 FROM credential c WHERE c.id = $1 AND c.provider = ANY ($5)
  ON CONFLICT (credential_id) DO UPDATE SET position = excluded.position, reason = excluded.reason, until = excluded.until,
    since = CASE WHEN s.position = excluded.position AND ${IN_FORCE} THEN s.since ELSE now() END
  WHERE NOT (${IN_FORCE} AND s.position = excluded.position AND s.reason = excluded.reason
    AND coalesce(s.until, 'infinity') BETWEEN coalesce(excluded.until, 'infinity') - interval '1 minute'
      AND coalesce(excluded.until, 'infinity') + interval '1 minute')
  RETURNING (SELECT app_id FROM credential WHERE id = $1) AS "appId"`;

/** $1 providers, $2 app or null for all; in the order in which they are moved. Sequential over the credentials, which are few. */
export const FIND_CREDENTIALS = `
  SELECT id FROM credential WHERE provider = ANY ($1) AND ($2::uuid IS NULL OR app_id = $2) ORDER BY id`;

/** $1 credential. Indexes: breaker_setting_pkey, credential_pkey. */
export const TAKE_SETTING_AWAY = `
  DELETE FROM breaker_setting s USING credential c WHERE s.credential_id = $1 AND c.id = s.credential_id
  RETURNING c.app_id AS "appId", ${IN_FORCE} AS "inForce"`;

/** What turns sending with a credential `c` off, and in which processes. */
const STOPPED_BY_FLAGS = `
  SELECT jsonb_agg(jsonb_build_object('flag', flag, 'source', source, 'reason', reason, 'since', since, 'processes', processes)
    ORDER BY source, reason) AS flags
  FROM (
    SELECT s.flag, s.source, CASE WHEN s.apps ? c.app_id::text THEN s.apps -> c.app_id::text ->> 'reason' ELSE s.reason END AS reason,
      min(s.since) AS since, jsonb_agg(s.process ORDER BY s.process) AS processes
    FROM ${stancesAgainst(`'push.' || c.provider`, 'c.app_id')} GROUP BY 1, 2, 3
  ) AS each`;

/**
 * How the breakers of all credentials stand, or of $1: those first that somebody should look at. $2 providers, $3 the most. Sequential over credentials, holds, settings,
 * states and flags, which are few, and over the small work table.
 */
export const LIST_BREAKERS = `
  WITH waiting AS (
    SELECT credential_id, sum(jsonb_array_length(items))::int AS items FROM push_work WHERE credential_id IS NOT NULL GROUP BY 1
  ), held AS (
    SELECT DISTINCT ON (credential_id) credential_id, reason, since, until FROM hold WHERE until > now()
    ORDER BY credential_id, until DESC
  ), seen AS (
    SELECT credential_id, jsonb_agg(jsonb_build_object('process', process, 'service', service, 'state', state, 'since', since, 'answers', answers)
      ORDER BY service, process) AS processes
    FROM push_breaker WHERE at > now() - ${HEARD_WITHIN} GROUP BY 1
  )
  SELECT c.id AS "credentialId", c.app_id AS "appId", c.provider, s.position, s.reason, s.since, s.until,
    held.reason AS "heldFor", held.since AS "heldSince", held.until AS "heldUntil",
    coalesce(stopped.flags, '[]') AS flags, coalesce(waiting.items, 0) AS waiting, coalesce(seen.processes, '[]') AS processes
  FROM credential c
    LEFT JOIN breaker_setting s ON s.credential_id = c.id AND ${IN_FORCE}
    LEFT JOIN held ON held.credential_id = c.id
    LEFT JOIN waiting ON waiting.credential_id = c.id
    LEFT JOIN seen ON seen.credential_id = c.id
    LEFT JOIN LATERAL (${STOPPED_BY_FLAGS}) AS stopped ON true
  WHERE c.provider = ANY ($2) AND ($1::uuid IS NULL OR c.id = $1)
  ORDER BY (s.position IS NOT NULL OR held.reason IS NOT NULL) DESC, (seen.processes IS NOT NULL) DESC, c.provider, c.id
  LIMIT $3`;
