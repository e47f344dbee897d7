/** $1 a delivery. Index: delivery_pkey; one id prunes to one partition. */
export const NOTIFICATION_OF_DELIVERY = `SELECT notification_id AS "notificationId" FROM delivery WHERE id = $1`;

/** $1 an id that may be anything. Indexes: delivery_pkey, event_log_pkey, device_pkey, payment_pkey. */
export const KIND_OF_UUID = `
  SELECT 'delivery' AS kind FROM delivery WHERE id = $1
  UNION ALL SELECT CASE WHEN type = 'notification.accepted' THEN 'notification' ELSE 'event' END FROM event_log WHERE id = $1
  UNION ALL SELECT 'device' FROM device WHERE id = $1
  UNION ALL SELECT 'payment' FROM payment WHERE id = $1
  LIMIT 1`;

/** $1 an installation. Index: device_app_id_installation_id_key, asked for each app. */
export const DEVICES_OF_INSTALLATION = `
  SELECT device.id, app.id AS "appId" FROM app JOIN device ON device.app_id = app.id AND device.installation_id = $1`;

/**
 * The apps that know a user $1 of that name, and from where: they have or had a device, told us what they want, paid, or a
 * notification since $2 was for them. Indexes, asked for each app: device_active_of_user_idx, device_ended_of_user_idx,
 * device_signed_out_of_user_idx, push_user_pkey, payment_app_id_user_id_id_idx; event_log_recipient_idx.
 */
export const APPS_OF_USER = `
  SELECT app.id FROM app
  WHERE EXISTS (SELECT FROM device WHERE app_id = app.id AND user_id = $1 AND status = 'active')
    OR EXISTS (SELECT FROM device WHERE app_id = app.id AND user_id = $1 AND status <> 'active')
    OR EXISTS (SELECT FROM device WHERE app_id = app.id AND signed_out_user_id = $1)
    OR EXISTS (SELECT FROM push_user WHERE app_id = app.id AND user_id = $1)
    OR EXISTS (SELECT FROM payment WHERE app_id = app.id AND user_id = $1)
  UNION
  SELECT DISTINCT app_id FROM event_log
  WHERE type = 'notification.accepted' AND payload #>> '{to,userId}' = $1 AND id >= $2`;
