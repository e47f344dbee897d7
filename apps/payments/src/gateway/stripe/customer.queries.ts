/** The newest that stands for a user. Index: stripe_customer_app_id_account_user_id_idx. */
export const CUSTOMER_OF_USER = `
  SELECT customer_id AS ref FROM stripe_customer
  WHERE app_id = $1 AND account = $2 AND user_id = $3
  ORDER BY updated_at DESC LIMIT 1`;
