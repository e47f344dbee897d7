/**
 * The bundle ids of an app's iPhones, as its newest devices have them: of an app with many devices some thousand are looked at.
 * $1 app. Index: device_app_id_installation_id_key.
 */
export const BUNDLES_OF_APP = `
  SELECT environment, bundle_id AS "bundleId", count(*)::int AS count FROM (
    SELECT environment, bundle_id FROM device
    WHERE app_id = $1 AND target_kind = 'apns' AND bundle_id IS NOT NULL AND status <> 'deleted' LIMIT 5000) AS looked_at
  GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 6`;
