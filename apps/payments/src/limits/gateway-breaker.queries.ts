/** $1 process, $2 states. Index: gateway_breaker_pkey. */
export const WRITE_BREAKERS = `
  INSERT INTO gateway_breaker (process, app_id, gateway, calls, state, since, until)
  SELECT $1, app, gateway, calls, state, since, until
  FROM jsonb_to_recordset($2::jsonb)
    AS changed (app uuid, gateway text, calls text, state text, since timestamptz, until timestamptz)
  ON CONFLICT (process, app_id, gateway, calls) DO UPDATE SET
    state = excluded.state, since = excluded.since, until = excluded.until`;

/** What nobody has spoken of for a day. Sequential over the states, which are few. */
export const DROP_OLD_BREAKERS = `DELETE FROM gateway_breaker WHERE until < now() - interval '1 day'`;
