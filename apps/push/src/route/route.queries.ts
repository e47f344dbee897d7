import { IS_HELD } from '../holds/hold.queries.js';
import { policiesOf, wordsOf } from '../policy/judge.queries.js';

/** Whether a suspect device may be tried once more: a day after it became suspect, and after the last such try. */
const IS_DUE = `status_at <= now() - interval '24 hours' AND coalesce(proved_at, '-infinity') <= now() - interval '24 hours'`;

/** Of one ResolvedDevice, but for `due`. */
const COLUMNS = `asked.place, d.id, d.user_id AS "userId", d.session_id AS "sessionId", d.platform, d.target_kind AS "targetKind", d.status, d.locale, d.time_zone AS "timeZone",
    d.last_seen_at AS "lastSeenAt"`;

/** What sending needs besides: read here, it need not be read again where the send follows in this process. */
const FOR_SENDING = `d.target, d.target_keys AS "targetKeys", d.environment, d.bundle_id AS "bundleId",
    d.signed_out_user_id AS "signedOutUserId"`;

/**
 * All that routing has to know of notifications to users, in one row: each statement of a notification that comes alone costs more
 * than what it reads. `devices`: those active or suspect of each user asked for; $1 places in the work, $2 apps, $3 users; one half per
 * partial index: device_active_of_user_idx and device_ended_of_user_idx. `credentials`: those of the apps $4 that notifications are
 * sent with; index credential_app_id_provider_key. `policies` of these, and `users`: what the users $6 of the apps $5 said.
 */
export const LOOK_UP = `
  WITH asked AS MATERIALIZED (SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[]) AS a (place, app, "user"))
  SELECT
    (SELECT coalesce(json_agg(found), '[]') FROM (
      SELECT ${COLUMNS}, ${FOR_SENDING}, false AS due
      FROM asked JOIN device d ON d.app_id = asked.app AND d.user_id = asked."user" AND d.status = 'active'
      UNION ALL
      SELECT ${COLUMNS}, ${FOR_SENDING}, ${IS_DUE}
      FROM asked JOIN device d ON d.app_id = asked.app AND d.user_id = asked."user" AND d.status <> 'active' AND d.status = 'suspect'
      ORDER BY id) AS found) AS devices,
    (SELECT coalesce(json_agg(found), '[]') FROM (
      SELECT c.app_id AS "appId", c.id, c.version, c.provider, ${IS_HELD} AS held
      FROM credential c WHERE c.app_id = ANY ($4::uuid[]) AND c.provider IN ('apns', 'fcm', 'webpush')) AS found) AS credentials,
    ${policiesOf('$4')} AS policies,
    ${wordsOf('$5', '$6')} AS users`;

/** Index: device_app_id_installation_id_key. An installation may be suspect or deleted: that is a refusal with a reason. */
export const DEVICES_OF_INSTALLATIONS = `
  SELECT ${COLUMNS}, d.status = 'suspect' AND ${IS_DUE} AS due
  FROM unnest($1::int[], $2::uuid[], $3::text[]) AS asked (place, app, installation)
  JOIN device d ON d.app_id = asked.app AND d.installation_id = asked.installation`;

/** Phones that are named themselves, in any status. $3 their ids. Index: device_pkey. */
export const DEVICES_BY_PLACE = `
  SELECT ${COLUMNS}, false AS due
  FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS asked (place, app, device)
  JOIN device d ON d.id = asked.device AND d.app_id = asked.app`;

/**
 * Takes the proofs that nobody else took meanwhile. $1 devices. Index: device_pkey. Locked in the order of ids, as
 * everyone locks devices.
 */
export const TAKE_PROOFS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM device WHERE id = ANY ($1::uuid[]) AND status = 'suspect' AND ${IS_DUE} ORDER BY id FOR UPDATE
  )
  UPDATE device d SET proved_at = now() FROM due WHERE d.id = due.id RETURNING d.id`;

/**
 * Refusals are final when they are made, also of what was tried before and was to be tried again. Answers those that are news.
 * Index: delivery_pkey; sorted by id, as all who write deliveries do.
 */
export const INSERT_REFUSALS = `
  INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason)
  SELECT id, app_id, notification_id, device_id, provider, 'refused', 0, reason
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
    AS r (id, app_id, notification_id, device_id, provider, reason)
  ORDER BY id
  ON CONFLICT (id) DO UPDATE SET state = 'refused', reason = excluded.reason, at = now() WHERE delivery.state = 'retrying'
  RETURNING id`;
