/**
 * Apps that can send or have somebody to send to: their credentials, their devices by kind, and the newest attempt. $1 the first id of the days to look at, $2 how many
 * of the newest deliveries, $3 devices of an app, $4 apps. credential_app_id_provider_key, device_app_id_installation_id_key, delivery_pkey newest first;
 * sequential over the apps.
 */
export const APPS_AND_PHONES = `
  WITH newest AS (
    SELECT DISTINCT ON (app_id) app_id, notification_id, provider, state, reason, at
    FROM (SELECT * FROM delivery WHERE id >= $1 ORDER BY id DESC LIMIT $2) AS latest ORDER BY app_id, id DESC
  )
  SELECT a.id AS app, a.name, coalesce(c.providers, '{}') AS providers, coalesce(d.devices, '[]') AS devices,
    n.notification_id AS notification, n.provider, n.state, n.reason, n.at
  FROM app a
    LEFT JOIN LATERAL (
      SELECT array_agg(provider) AS providers FROM credential WHERE app_id = a.id AND provider IN ('apns', 'fcm', 'webpush')) AS c ON true
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('kind', kind, 'environment', environment, 'status', status, 'reason', reason, 'count', count)) AS devices
      FROM (SELECT CASE WHEN target_kind IN ('fcm_token', 'fid') THEN 'fcm' ELSE target_kind END AS kind, environment, status, status_reason AS reason, count(*)::int AS count
        FROM (SELECT * FROM device WHERE app_id = a.id LIMIT $3) AS looked_at GROUP BY 1, 2, 3, 4) AS by_kind) AS d ON true
    LEFT JOIN newest n ON n.app_id = a.id
  WHERE c.providers IS NOT NULL OR d.devices IS NOT NULL ORDER BY a.id DESC LIMIT $4`;
