/** Leaves of a work row's items only those of these deliveries. $1 work, $2 deliveries. Index: push_work_pkey. The caller holds its lock. */
export const KEEP_ITEMS = `
  UPDATE push_work SET items = (
    SELECT jsonb_agg(item) FROM jsonb_array_elements(items) AS item WHERE item ->> 'd' = ANY ($2::text[]))
  WHERE id = $1`;
