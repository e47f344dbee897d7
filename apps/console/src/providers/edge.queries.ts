import { appsUnanswered } from './gateway-breaker.queries.js';

/**
 * Who else is spoken to: what came or waits, and what stands. $1 the first id of the last hour, $2 the most rows to count. stripe_event_id_key,
 * braintree_event_pkey, webhook_delivery_pkey, newest first; sequential over stripe_inbox and auth_mail, which hold what is not done yet, and over
 * webhook_endpoint, which has few rows.
 */
export const EDGES = `
  SELECT
    (SELECT count(*)::int FROM (SELECT FROM stripe_event WHERE id >= $1 ORDER BY id DESC LIMIT $2) AS newest) AS "stripeTaken",
    (SELECT count(*)::int FROM stripe_inbox WHERE reason IS NULL) AS "stripeWaiting",
    (SELECT count(*)::int FROM stripe_inbox WHERE reason IS NOT NULL) AS "stripeDead",
    (SELECT count(*)::int FROM (SELECT FROM braintree_event WHERE id >= $1 ORDER BY id DESC LIMIT $2) AS newest) AS "braintreeTaken",
    (SELECT count(*)::int FROM (SELECT state FROM webhook_delivery WHERE id >= $1 ORDER BY id DESC LIMIT $2) AS newest
      WHERE state = 'delivered') AS "webhooksDelivered",
    (SELECT count(*)::int FROM (SELECT state FROM webhook_delivery WHERE id >= $1 ORDER BY id DESC LIMIT $2) AS newest
      WHERE state <> 'delivered') AS "webhooksWaiting",
    (SELECT count(*)::int FROM webhook_endpoint WHERE enabled AND open_until > now()) AS "endpointsPaused",
    (SELECT count(*)::int FROM webhook_endpoint WHERE NOT enabled AND disabled_reason <> 'requested') AS "endpointsDisabled",
    (SELECT count(*)::int FROM auth_mail) AS "mailWaiting",
    (SELECT extract(epoch FROM now() - min(created_at))::float8 FROM auth_mail) AS "mailSeconds",
    ${appsUnanswered('stripe')}, ${appsUnanswered('braintree')}`;

/** Events of Stripe's that were taken on, by the minutes of the last hour, 0 being the one that is now: $1 the first id of it, $2 the most rows to count. stripe_event_id_key. */
export const STRIPE_MINUTES = `
  SELECT floor(extract(epoch FROM now() - uuid_extract_timestamp(id)) / 60)::int AS ago, count(*)::int AS count
  FROM (SELECT id FROM stripe_event WHERE id >= $1 ORDER BY id DESC LIMIT $2) AS newest GROUP BY 1`;
