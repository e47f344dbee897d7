/** What is turned off by flags, for whom, and who says so. $1 the most. Sequential over the stances, which are few. */
export const FLAGS_THAT_ARE_OFF = `
  SELECT s.flag, s.source, said.app AS "appId", said.reason, min(s.since) AS since, array_agg(s.process ORDER BY s.process) AS processes
  FROM flag_stance s CROSS JOIN LATERAL (
    SELECT NULL::uuid AS app, s.reason WHERE NOT s.is_on
    UNION ALL SELECT key::uuid, value ->> 'reason' FROM jsonb_each(s.apps) WHERE NOT (value ->> 'on')::boolean
  ) AS said
  WHERE s.until > now() GROUP BY 1, 2, 3, 4 ORDER BY 1, 3 NULLS FIRST, 2 LIMIT $1`;
