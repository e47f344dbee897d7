/** The lane of a hold that an operator placed: it stops all lanes, and no probe and no new version of the credential lifts it. */
export const BY_OPERATOR = 'operator';

/** The lane of a hold that a flag placed. It stops all lanes, too, and the flag alone lifts it. */
export const BY_FLAG = 'flag';

/** Of a hold that a flag placed. Which flag, who set it and why is in flag_stance. */
export const HELD_BY_FLAG = 'held_by_flag';

/** Lanes of holds that people placed. What waits for one is not late. */
const BY_PEOPLE = `('${BY_OPERATOR}', '${BY_FLAG}')`;

/** When a hold ends that has no end: a time that can be reckoned with, as infinity cannot. */
export const END_OF_TIME = '9999-12-31T00:00:00Z';

/**
 * For so long after its end a hold still asks for a probe: the first message alone tries whether the provider takes it now.
 * A hold that nothing was sent after in that time has expired.
 */
const PROBE_PHASE = `interval '10 minutes'`;

/** A probe that says nothing by then has died with its process, or its message waits for an answer in vain. */
const PROBE_LEASE = `interval '30 s'`;

/**
 * Places a hold on a credential, or with scope `project` on every credential of the same project (Google counts its quota
 * by project, and several apps may share one). A hold that is in force is only lengthened. One that comes back after its
 * probe lasts twice as long as the last time, up to $5, or as long as the provider asked.
 * $1 credential, $2 scope, $3 milliseconds, $4 reason, $5 the most that a repeated hold grows to, in milliseconds. Indexes: credential_pkey, hold_pkey; with `project` sequential over
 * the credentials, which are few.
 */
export const PLACE_HOLD = `
  INSERT INTO hold AS held (credential_id, lane, until, reason, scope)
  SELECT c.id, '*', now() + $3 * interval '1 ms', $4, $2
  FROM credential own JOIN credential c ON c.id = own.id OR ($2 = 'project' AND c.provider = own.provider
    AND c.summary ->> 'projectId' = own.summary ->> 'projectId')
  WHERE own.id = $1
  ORDER BY c.id
  ON CONFLICT (credential_id, lane) DO UPDATE SET
    until = CASE WHEN held.until <= now() AND held.until > now() - ${PROBE_PHASE}
      THEN greatest(excluded.until, now() + least($5::float8, $3 * 2 ^ least(held.times, 20)) * interval '1 ms')
      ELSE excluded.until END,
    times = CASE WHEN held.until > now() THEN held.times WHEN held.until > now() - ${PROBE_PHASE} THEN held.times + 1 ELSE 1 END,
    since = CASE WHEN held.until > now() - ${PROBE_PHASE} THEN held.since ELSE now() END,
    reason = excluded.reason, scope = excluded.scope, probe_lease = NULL
    WHERE held.until < excluded.until
  RETURNING credential_id AS "credentialId", (SELECT app_id FROM credential WHERE id = credential_id) AS "appId", until, times`;

/** The hold on a credential and lane, in force or waiting for its probe. Index: hold_pkey. */
export const HOLD_OF = `
  SELECT lane, reason, extract(epoch FROM until - now())::float8 * 1000 AS ms
  FROM hold WHERE credential_id = $1 AND lane IN ($2, '*', '${BY_OPERATOR}', '${BY_FLAG}') AND until > now() - ${PROBE_PHASE}
  ORDER BY until DESC LIMIT 1`;

/** Whether something holds a credential `c`, or waits for a probe of it, in whichever lane. Index: hold_pkey. */
export const IS_HELD = `EXISTS (SELECT FROM hold WHERE hold.credential_id = c.id AND hold.until > now() - ${PROBE_PHASE})`;

/** Whether a work row `w` stands still because of a hold, or of its probe that is under way: the offer loop leaves those out. Index: hold_pkey. */
export const STANDS_STILL = `EXISTS (SELECT FROM hold WHERE hold.credential_id = w.credential_id
  AND hold.lane IN (w.lane, '*', '${BY_OPERATOR}', '${BY_FLAG}') AND (hold.until > now() OR hold.probe_lease > now()))`;

/** Gives the probe of a hold to one caller; no row: somebody else has it, or the hold is gone. Index: hold_pkey. */
export const TAKE_PROBE = `
  UPDATE hold SET probe_lease = now() + ${PROBE_LEASE}
  WHERE credential_id = $1 AND lane = $2 AND until <= now() AND coalesce(probe_lease, '-infinity') <= now()
  RETURNING lane`;

/** A probe that learned nothing: the next one may follow in $3 milliseconds. Index: hold_pkey. */
export const PASS_PROBE_ON = `
  UPDATE hold SET probe_lease = now() + $3 * interval '1 ms' WHERE credential_id = $1 AND lane = $2 AND until <= now()`;

/** All but what an operator or a flag holds, for as long as that is to last. Indexes: hold_pkey, credential_pkey. */
export const LIFT_HOLDS = `
  DELETE FROM hold USING credential c WHERE hold.credential_id = $1 AND c.id = hold.credential_id
    AND (hold.lane NOT IN ${BY_PEOPLE} OR hold.until <= now())
  RETURNING c.app_id AS "appId", hold.lane IN ${BY_PEOPLE} AS "byPeople"`;

/**
 * Those whose time is over: what a probe that was taken ends. One that was placed or lengthened while the probe was under way knows better. Indexes:
 * hold_pkey, credential_pkey.
 */
export const END_HOLDS = `
  DELETE FROM hold USING credential c WHERE hold.credential_id = $1 AND c.id = hold.credential_id AND hold.until <= now()
  RETURNING c.app_id AS "appId", hold.lane IN ${BY_PEOPLE} AS "byPeople"`;

/**
 * An operator's hold on a credential, beside whatever its provider asks for. $1 credential, $2 until; null: until it is lifted. Index: hold_pkey.
 */
export const PLACE_OPERATORS_HOLD = `
  INSERT INTO hold (credential_id, lane, until, reason)
  VALUES ($1, '${BY_OPERATOR}', coalesce($2::timestamptz, '${END_OF_TIME}'), $3)
  ON CONFLICT (credential_id, lane) DO UPDATE SET until = excluded.until, reason = excluded.reason, probe_lease = NULL, times = 1,
    since = CASE WHEN hold.until > now() THEN hold.since ELSE now() END
  RETURNING until`;

/** $1 credential, $2 reason. What an operator holds, and holds for this reason. Indexes: hold_pkey, credential_pkey. */
export const LIFT_OPERATORS_HOLD = `
  DELETE FROM hold USING credential c WHERE hold.credential_id = $1 AND c.id = hold.credential_id
    AND (hold.lane = '${BY_OPERATOR}' OR hold.reason = $2)
  RETURNING c.app_id AS "appId", hold.lane = '${BY_OPERATOR}' AS "byPeople"`;

/**
 * What waited for people was kept back on purpose: it is due from now on, and its lateness is nobody's. What is due later stays so.
 * Sequential over the small work table; runs only when a hold is lifted.
 */
export const WAKE_WORK_OF_PEOPLE = `
  UPDATE push_work SET next_offer_at = now(), due_at = now()
  WHERE credential_id = $1 AND (offer > 0 OR next_offer_at <= now()) AND coalesce(lease_until, '-infinity') < now()`;

/** Sequential over the small work table; runs only when a hold is lifted. */
export const WAKE_WORK_OF_CREDENTIAL = `
  UPDATE push_work SET next_offer_at = now(), due_at = least(due_at, now())
  WHERE credential_id = $1 AND offer > 0 AND next_offer_at > now() AND coalesce(lease_until, '-infinity') < now()`;

/** Sequential over the holds, which are few. */
export const DROP_EXPIRED_HOLDS = `DELETE FROM hold WHERE until < now() - ${PROBE_PHASE}`;

/**
 * Holds that stop something or wait for their probe, with what waits for them. $1 app, or null for all.
 * Sequential over the holds and the small work table.
 */
export const LIST_HOLDS = `
  SELECT h.credential_id AS "credentialId", c.app_id AS "appId", c.provider,
    h.scope, h.reason, h.since, h.until, h.until > now() AS held, h.times,
    coalesce((SELECT sum(jsonb_array_length(w.items)) FROM push_work w WHERE w.credential_id = h.credential_id), 0)::int AS waiting
  FROM hold h JOIN credential c ON c.id = h.credential_id
  WHERE h.until > now() - ${PROBE_PHASE} AND ($1::uuid IS NULL OR c.app_id = $1)
  ORDER BY h.since, h.credential_id`;

/** Sequential over the holds; index: credential_pkey. */
export const COUNT_HOLDS = `
  SELECT c.provider, h.reason, count(*)::int AS count
  FROM hold h JOIN credential c ON c.id = h.credential_id WHERE h.until > now() GROUP BY 1, 2`;
