/** Rows that are leased now, and to whom. Sequential over the small work table. */
export const LEASED = `
  SELECT id, lease_token AS token, lease_until AS until FROM push_work WHERE lease_until > now()`;

/** $1 ids. Primary key. */
export const LEASES_OF = `SELECT id, lease_token AS token, lease_until AS until FROM push_work WHERE id = ANY ($1::uuid[])`;

/** Sequential over the run's own deliveries: there are a few, each time. */
export const CONDEMNED = `SELECT id FROM delivery WHERE state = 'dead' AND reason = 'crashes_worker' LIMIT 1`;
