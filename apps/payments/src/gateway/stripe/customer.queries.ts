/** All that ever stood for a user; first those that Stripe still has. Index: stripe_customer_app_id_account_user_id_idx. */
export const CUSTOMERS_OF_USER = `
  SELECT customer_id AS ref, deleted FROM stripe_customer
  WHERE app_id = $1 AND account = $2 AND user_id = $3
  ORDER BY deleted, updated_at DESC`;
