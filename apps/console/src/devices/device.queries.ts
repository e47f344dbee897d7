/** $1 a device. Index: device_pkey. */
export const DEVICE = `
  SELECT id, app_id AS "appId", installation_id AS "installationId", user_id AS "userId", signed_out_user_id AS "signedOutUserId",
    signed_out_at AS "signedOutAt", platform, target_kind AS "targetKind", environment, bundle_id AS "bundleId", locale,
    time_zone AS "timeZone", app_version AS "appVersion", status, status_reason AS "statusReason", status_by AS "statusBy",
    status_at AS "statusAt", registered_at AS "registeredAt", last_seen_at AS "lastSeenAt"
  FROM device WHERE id = $1`;

/**
 * What was tried at a device lately, newest first. $1 device, $2 from this id, $3 at most so many. Index: delivery_device_id_idx; the bound
 * prunes the partitions.
 */
export const DELIVERIES_OF_DEVICE = `
  SELECT id, notification_id AS "notificationId", state, reason, attempt, at FROM delivery
  WHERE device_id = $1 AND id >= $2 ORDER BY id DESC LIMIT $3`;
