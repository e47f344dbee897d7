/** An open breaker lets a call try after a minute at most: of one that was not heard of for longer nobody asks anything, or its process is gone. */
const IS_OPEN = `state = 'open' AND until > now() - interval '10 minutes'`;

/** $1 the most. Sequential over the states, which are few. */
export const OPEN_BREAKERS = `
  SELECT app_id AS "appId", gateway, calls, process, since, until FROM gateway_breaker WHERE ${IS_OPEN} ORDER BY since, process, app_id, calls LIMIT $1`;

/** How many apps a gateway does not answer, as a column. As above. */
export const appsUnanswered = (gateway: 'stripe' | 'braintree'): string =>
  `(SELECT count(DISTINCT app_id)::int FROM gateway_breaker WHERE gateway = '${gateway}' AND ${IS_OPEN}) AS "${gateway}Unanswered"`;
