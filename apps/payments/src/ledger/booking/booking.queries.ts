/** An object whose entries in the gateway's books are wanted. Index: stripe_object_pkey. */
export const BOOKED_OBJECT = `
  SELECT app_id AS "appId", account, livemode, object_type AS "objectType", object_id AS "objectId", payment_id AS "paymentId",
    state
  FROM stripe_object WHERE key = $1`;
