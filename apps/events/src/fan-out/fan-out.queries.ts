/** $1 apps. Index: webhook_endpoint_app_id_id_idx. */
export const RECEIVERS = `
  SELECT id, app_id AS "appId", event_types AS "eventTypes" FROM webhook_endpoint
  WHERE app_id = ANY ($1::uuid[]) AND enabled ORDER BY id`;
