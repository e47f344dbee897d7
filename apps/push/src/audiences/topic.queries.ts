/** Topics that one phone may have. */
export const MOST_TOPICS = 500;

/** $1 app, $2 installations. Index: device_app_id_installation_id_key. */
export const DEVICES_OF_INSTALLATIONS = `
  SELECT id, installation_id AS of FROM device WHERE app_id = $1 AND installation_id = ANY ($2::text[]) AND status <> 'deleted'`;

/** $1 app, $2 users. Index: device_active_of_user_idx. */
export const DEVICES_OF_USERS = `
  SELECT id, user_id AS of FROM device WHERE app_id = $1 AND user_id = ANY ($2::text[]) AND status = 'active'`;

/**
 * $1 app, $2 topic, $3 devices. Locked, so that none is erased meanwhile and leaves a subscription behind. In the order of ids, as
 * everyone locks devices. Indexes: device_pkey, topic_subscription_pkey, topic_subscription_device_id_idx.
 */
export const SUBSCRIBE = `
  WITH member AS MATERIALIZED (
    SELECT id FROM device WHERE app_id = $1 AND id = ANY ($3::uuid[]) ORDER BY id FOR KEY SHARE
  )
  INSERT INTO topic_subscription (app_id, topic, device_id)
  SELECT $1, $2, id FROM member
  WHERE (SELECT count(*) FROM topic_subscription s WHERE s.device_id = member.id) < ${MOST_TOPICS}
  ON CONFLICT DO NOTHING
  RETURNING device_id AS id`;

/** $1 app, $2 topic, $3 devices. Index: topic_subscription_pkey. */
export const UNSUBSCRIBE = `
  DELETE FROM topic_subscription WHERE app_id = $1 AND topic = $2 AND device_id = ANY ($3::uuid[])`;

/** $1 app, $2 topic, $3 device. Index: topic_subscription_pkey. */
export const IS_SUBSCRIBED = `SELECT FROM topic_subscription WHERE app_id = $1 AND topic = $2 AND device_id = $3`;

/** $1 device. Index: topic_subscription_device_id_idx. */
export const TOPICS_OF_DEVICE = `SELECT topic FROM topic_subscription WHERE device_id = $1 ORDER BY topic`;

/** A list of topics is no reason to count millions: of one with more phones it is said that there are more. */
const COUNTED = 10_000;

/**
 * $1 app, $2 behind this name, $3 how many. Leaps from name to name, so that a topic of a million costs no more than one of
 * as many as are counted. Index: topic_subscription_pkey.
 */
export const TOPICS = `
  WITH RECURSIVE named (topic, place) AS (
    (SELECT topic, 1 FROM topic_subscription WHERE app_id = $1 AND topic > $2 ORDER BY topic LIMIT 1)
    UNION ALL
    SELECT (SELECT t.topic FROM topic_subscription t WHERE t.app_id = $1 AND t.topic > named.topic ORDER BY t.topic LIMIT 1), place + 1
    FROM named WHERE named.topic IS NOT NULL AND place < $3
  )
  SELECT topic AS name, least(counted.n, ${COUNTED}) AS devices, counted.n > ${COUNTED} AS more
  FROM named CROSS JOIN LATERAL (
    SELECT count(*)::int AS n FROM (
      SELECT FROM topic_subscription t WHERE t.app_id = $1 AND t.topic = named.topic LIMIT ${COUNTED} + 1) AS looked) AS counted
  WHERE topic IS NOT NULL ORDER BY topic`;
