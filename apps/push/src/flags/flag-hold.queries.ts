import { stancesAgainst } from '@signalbox/database';
import { BY_FLAG } from '../holds/hold.queries.js';

/** The stances that turn sending with a credential `c` off. Sequential over the stances, which are few. */
const SAYS_OFF = stancesAgainst(`'push.' || c.provider`, 'c.app_id');

/**
 * A hold for every credential that a flag stops, for as long as somebody says so. $1 reason. Sequential over the credentials, which are few; index hold_pkey.
 */
export const PLACE_FLAG_HOLDS = `
  WITH held AS (SELECT credential_id FROM hold WHERE lane = '${BY_FLAG}' AND until > now())
  INSERT INTO hold (credential_id, lane, until, reason)
  SELECT c.id, '${BY_FLAG}', stopped.until, $1
  FROM credential c CROSS JOIN LATERAL (SELECT max(s.until) AS until FROM ${SAYS_OFF}) AS stopped
  WHERE stopped.until IS NOT NULL
  ORDER BY c.id
  ON CONFLICT (credential_id, lane) DO UPDATE SET until = excluded.until, reason = excluded.reason, probe_lease = NULL, times = 1,
    since = CASE WHEN hold.until > now() THEN hold.since ELSE now() END
  RETURNING credential_id AS "credentialId", (SELECT app_id FROM credential WHERE id = credential_id) AS "appId", until,
    credential_id NOT IN (SELECT credential_id FROM held) AS "isNew"`;

/** Those that no flag stops any more. One whose time is over stays, and waits for its probe. Sequential over the holds, which are few. */
export const LIFT_FLAG_HOLDS = `
  DELETE FROM hold USING credential c WHERE hold.lane = '${BY_FLAG}' AND hold.until > now() AND c.id = hold.credential_id
    AND NOT EXISTS (SELECT FROM ${SAYS_OFF})
  RETURNING hold.credential_id AS "credentialId", c.app_id AS "appId", true AS "byPeople"`;
